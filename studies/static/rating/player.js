// Plays clips that are loaded whole, from their start to their end, with sound on.
// There is nothing to seek with; a play that jumps or is left does not count.
import { strings } from "./strings.js";

const WHOLE = 0.95; // share of the clip that a full play has really shown

export class Player {
  // events: { ready(), playing(), ended(), stopped(reason), broken() }
  constructor(root, api, events) {
    this.api = api;
    this.events = events;
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.stage = find("stage");
    this.video = find("video");
    this.cover = find("cover");
    this.load_ = find("load");
    this.loadText = find("load-text");
    this.bar = find("load-bar");
    this.button = find("play");
    this.buttonText = find("play-text");
    this.broken_ = find("broken");
    this.brokenText = find("broken-text");
    this.urls = [];
    this.on = false;
    this.#listen();
    find("again").addEventListener("click", () => this.events.broken());
  }

  // Rejects with Gone when a URL holds nothing (any more).
  async load(addresses, telemetry) {
    this.reset();
    this.telemetry = telemetry;
    const stop = new AbortController();
    this.stopLoading = stop;
    let bytes = 0;
    const urls = [];
    for (const [number, address] of addresses.entries()) {
      const told = (share) => this.#showLoad((number + share) / addresses.length);
      const clip = await this.api.clip(address, told, stop.signal);
      bytes += clip.bytes;
      urls.push(URL.createObjectURL(clip.blob));
    }
    this.urls = urls;
    telemetry.loaded(bytes);
    this.#cue(0);
    this.load_.hidden = true;
    this.button.hidden = false;
    this.button.disabled = false;
    this.events.ready();
  }

  reset() {
    this.stopLoading?.abort();
    this.on = false;
    this.video.pause();
    this.video.removeAttribute("src");
    for (const url of this.urls) URL.revokeObjectURL(url);
    this.urls = [];
    this.seen = false;
    this.broken_.hidden = true;
    this.button.hidden = true;
    this.button.disabled = true;
    this.buttonText.textContent = strings.play;
    this.cover.hidden = false;
    this.cover.classList.remove("cover-after");
    this.load_.hidden = false;
    this.#showLoad(0);
  }

  async play() {
    if (this.on || this.button.disabled || this.button.hidden) return;
    this.on = true;
    this.counted = 0;
    this.waitingSince = null;
    if (this.part !== 0 || this.video.currentTime > 0) this.#cue(0);
    this.video.muted = false;
    this.#hideCover();
    this.telemetry.playStarted();
    this.events.playing();
    await this.#run();
  }

  // The answer is given: nothing goes on sounding.
  halt() {
    if (!this.on) return;
    this.on = false;
    this.telemetry.playStopped(playedSeconds(this.video));
    this.video.pause();
    this.#showCover(strings.replay);
  }

  showBroken(text) {
    this.on = false;
    this.cover.hidden = false;
    this.load_.hidden = true;
    this.button.hidden = true;
    this.brokenText.textContent = text;
    this.broken_.hidden = false;
  }

  #cue(part) {
    this.part = part;
    this.video.src = this.urls[part];
    this.video.load();
  }

  async #run() {
    try {
      await this.video.play();
    } catch (error) {
      if (!this.on) return; // stopped in the meantime
      this.telemetry.problem(error.name);
      this.#stop(error.name === "NotAllowedError" ? strings.blocked : strings.moved);
    }
  }

  #listen() {
    this.button.addEventListener("click", () => this.play());
    const video = this.video;
    video.addEventListener("ended", () => this.#ended());
    video.addEventListener("waiting", () => {
      if (this.on && video.currentTime > 0) this.waitingSince ??= performance.now();
    });
    video.addEventListener("playing", () => this.#flowsAgain());
    video.addEventListener("seeking", () => {
      if (this.on && video.currentTime > 0.05) this.#foul("seek");
    });
    video.addEventListener("pause", () => {
      if (this.on && !video.ended) this.#foul("pause");
    });
    video.addEventListener("error", () => {
      if (!video.hasAttribute("src")) return;
      this.telemetry?.problem(`media error ${video.error?.code}`);
      this.showBroken(strings.broken);
    });
    video.addEventListener("contextmenu", (event) => event.preventDefault());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.on) this.#stop(strings.hidden);
    });
    refuseMediaKeys();
  }

  #flowsAgain() {
    if (this.waitingSince === null || this.waitingSince === undefined) return;
    this.telemetry.stalled(performance.now() - this.waitingSince);
    this.waitingSince = null;
  }

  #foul(what) {
    this.telemetry.problem(what);
    this.#stop(strings.moved);
  }

  #ended() {
    if (!this.on) return;
    const shown = playedSeconds(this.video);
    this.telemetry.playStopped(shown);
    this.counted += shown;
    if (shown < WHOLE * this.video.duration) {
      this.#foul("short");
      return;
    }
    if (this.part + 1 < this.urls.length) {
      this.#cue(this.part + 1);
      this.#run();
      return;
    }
    this.on = false;
    this.seen = true;
    this.telemetry.playEnded(this.counted, this.video);
    this.cover.classList.add("cover-after");
    this.#showCover(strings.replay);
    this.events.ended();
  }

  #stop(reason) {
    this.on = false;
    this.telemetry.playStopped(playedSeconds(this.video));
    this.telemetry.playInterrupted();
    this.video.pause();
    this.#cue(0);
    this.#showCover(this.seen ? strings.replay : strings.play);
    this.events.stopped(reason);
  }

  #showLoad(share) {
    const percent = Math.floor(share * 100);
    this.bar.value = percent;
    this.loadText.textContent = strings.loading(percent);
  }

  #hideCover() {
    const focused = document.activeElement === this.button;
    this.cover.hidden = true;
    if (focused) this.stage.focus({ preventScroll: true });
  }

  // Focus returns to Play, never to an answer: a second press must not become a vote.
  #showCover(text) {
    this.buttonText.textContent = text;
    this.button.hidden = false;
    this.cover.hidden = false;
    const active = document.activeElement;
    if (active === this.stage || active === document.body) {
      this.button.focus({ preventScroll: true });
    }
  }
}

function playedSeconds(video) {
  let seconds = 0;
  for (let i = 0; i < video.played.length; i += 1) {
    seconds += video.played.end(i) - video.played.start(i);
  }
  return seconds;
}

// Keys and headsets may not pause or wind a clip.
function refuseMediaKeys() {
  const actions = ["play", "pause", "stop", "seekbackward", "seekforward", "seekto"];
  for (const action of actions) {
    try {
      navigator.mediaSession?.setActionHandler(action, () => {});
    } catch {
      // this browser knows no such key
    }
  }
}
