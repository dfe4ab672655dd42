// The sound check: play the tones, say how many there were, until it is right.
import { announce } from "./screen.js";
import { strings } from "./strings.js";

export class SoundCheck {
  constructor(root, api) {
    this.api = api;
    this.play = root.querySelector("[data-tones]");
    this.note = root.querySelector("[data-tones-state]");
    this.fault = root.querySelector("[data-sound-fault]");
    this.buttons = [...root.querySelectorAll("[data-count]")];
    this.audio = new Audio();
    this.audio.addEventListener("ended", () => this.#heard());
    this.audio.addEventListener("error", () => {
      this.note.textContent = strings.tonesBroken;
    });
    this.play.addEventListener("click", () => this.#start());
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.#answer(Number(button.dataset.count)));
    }
    root.addEventListener("keydown", (event) => this.#key(event));
  }

  // Resolves with the session's state once the right number was given.
  run() {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.#load();
    });
  }

  async #load() {
    this.#lock(true);
    this.play.disabled = true;
    this.note.textContent = strings.tonesLoading;
    try {
      const wav = await this.api.blob("tones/");
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = URL.createObjectURL(wav);
      this.audio.src = this.url;
      this.note.textContent = "";
      this.play.disabled = false;
    } catch (error) {
      this.reject(error);
    }
  }

  async #start() {
    this.fault.hidden = true;
    this.audio.currentTime = 0;
    this.note.textContent = strings.tonesPlaying;
    try {
      await this.audio.play();
    } catch {
      this.note.textContent = strings.blocked;
    }
  }

  #heard() {
    this.#lock(false);
    this.note.textContent = strings.tonesHeard;
    announce(strings.tonesHeard);
  }

  async #answer(count) {
    this.#lock(true);
    try {
      const reply = await this.api.post("sound/", { count });
      if (reply.ok) {
        announce(strings.tonesRight);
        this.audio.pause();
        this.resolve(reply.state);
        return;
      }
    } catch (error) {
      this.reject(error);
      return;
    }
    this.fault.textContent = strings.tonesWrong;
    this.fault.hidden = false;
    await this.#load();
    this.play.focus();
  }

  #lock(locked) {
    for (const button of this.buttons) button.disabled = locked;
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const button = this.buttons.find((each) => each.dataset.count === event.key);
    if (button && !button.disabled) button.click();
  }
}
