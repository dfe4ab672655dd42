// One trial on the screen: load, play, answer, feedback.
import { Gone } from "./api.js";
import { drawUuid } from "./outbox.js";
import { hasKeys, onKeysChange, tellKey } from "./keys.js";
import { Player } from "./player.js";
import { Questions } from "./questions.js";
import { announce } from "./screen.js";
import { recall, remember } from "./store.js";
import { strings } from "./strings.js";
import { Telemetry } from "./telemetry.js";

const SAVING_AFTER_MS = 500; // said only when it takes long enough to be noticed

export class TrialView {
  constructor(api) {
    this.root = document.querySelector('[data-view="trial"]');
    const find = (name) => this.root.querySelector(`[data-${name}]`);
    this.title = find("trial-title");
    this.badge = find("practice-badge");
    this.hint = find("hint");
    this.feedback = find("feedback");
    this.feedbackText = find("feedback-text");
    this.next = find("next");
    this.keys = find("keys");
    this.keys.checked = recall("keys") ?? true;
    this.keys.addEventListener("change", () => {
      remember("keys", this.keys.checked);
      this.#tellKeys();
    });
    onKeysChange(() => this.#tellKeys());
    this.questions = new Questions(find("questions"), (choices) => this.#answer(choices));
    this.player = new Player(this.root, api, {
      ready: () => this.#ready(),
      playing: () => this.#playing(),
      ended: () => this.#ended(),
      stopped: (reason) => this.#stopped(reason),
      broken: () => this.#reload(),
    });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  // Resolves with the answer to send: { trial, uuid, choices, telemetry }.
  // `renew` gives the trial with fresh addresses when those it has are gone.
  // `loaded` is said once the clip can be played.
  run(trial, { renew = null, focus = true, loaded = strings.loaded } = {}) {
    this.trial = trial;
    this.loaded = loaded;
    this.answered = false;
    this.renew = renew;
    this.title.textContent = strings.progress(trial.index, trial.total);
    this.badge.hidden = !trial.practice;
    this.feedback.hidden = true;
    this.questions.build(trial.questions);
    this.#tellKeys();
    this.takeFocus = focus;
    if (focus) this.root.querySelector("h1").focus({ preventScroll: true });
    this.telemetry?.close();
    this.telemetry = new Telemetry();
    this.#say(strings.watchFirst);
    this.#load(true);
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  saving(promise) {
    const timer = setTimeout(() => this.#say(strings.saving), SAVING_AFTER_MS);
    return promise.finally(() => clearTimeout(timer));
  }

  // After a practice trial; resolves when the rater wants to go on.
  showFeedback({ correct, truth }) {
    const label = this.questions.label(truth).toLowerCase();
    const text = correct ? strings.right(label) : strings.wrong(label);
    this.feedback.classList.toggle("feedback-wrong", !correct);
    return this.showNote(text);
  }

  showNote(text) {
    this.#say("");
    this.feedbackText.textContent = text;
    this.feedback.hidden = false;
    announce(text);
    this.next.focus();
    return new Promise((resolve) => {
      this.next.onclick = () => resolve();
    });
  }

  // In a preview: the same clip may be answered again and again.
  unlock(text) {
    this.answered = false;
    this.#say(text);
    announce(text);
    this.questions.lock(false);
  }

  async #load(mayRenew) {
    const { trial } = this;
    try {
      await this.player.load(trial.media, this.telemetry);
    } catch (error) {
      if (error.name === "AbortError" || trial !== this.trial) return;
      this.telemetry.problem(error.message);
      if (error instanceof Gone && mayRenew && this.renew) {
        this.trial = { ...trial, media: (await this.renew()).media };
        await this.#load(false);
        return;
      }
      this.player.showBroken(strings.broken);
    }
  }

  async #reload() {
    if (this.renew) {
      const fresh = await this.renew();
      this.trial = { ...this.trial, media: fresh.media };
    }
    await this.#load(false);
  }

  #ready() {
    announce(this.loaded);
    const active = document.activeElement;
    const nowhere = active === document.body || this.root.querySelector("h1") === active;
    if (this.takeFocus && nowhere) {
      this.player.button.focus({ preventScroll: true });
    }
  }

  #playing() {
    if (this.answered) {
      this.#say(strings.playingAgain);
      return;
    }
    this.#say(this.player.seen ? strings.answer : strings.playing);
    // an answer belongs to a clip that was heard, not to one that is running
    if (!this.player.seen) this.questions.lock(true);
  }

  #ended() {
    if (this.answered) {
      this.#say("");
      return;
    }
    this.questions.lock(false);
    this.#say(strings.answer);
    announce(strings.unlocked(this.questions.describe()));
  }

  #stopped(reason) {
    // who has answered need not play it again
    const said = this.answered && reason !== strings.blocked ? "" : reason;
    this.#say(said);
    announce(said);
  }

  #answer(choices) {
    this.answered = true;
    this.player.halt();
    const uuid = drawUuid();
    const telemetry = this.telemetry.answered(this.player.video);
    this.resolve({ trial: this.trial.key, uuid, choices, telemetry });
  }

  #tellKeys() {
    this.questions.tellKeys(hasKeys() && this.keys.checked);
    tellKey(this.player.button, hasKeys() ? "Space" : "");
  }

  #say(text) {
    this.hint.textContent = text;
  }

  #key(event) {
    if (this.root.hidden || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("button, a, input, select, textarea, summary")) {
      if (event.key === " " || event.key === "Enter") return; // their own keys
    }
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.player.play();
      return;
    }
    if (this.keys.checked && this.questions.press(event.key)) event.preventDefault();
  }
}
