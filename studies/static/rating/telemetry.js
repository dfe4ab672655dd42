// What is measured about one trial. Flat, so that it becomes columns: milliseconds
// are counted from the moment the clip was asked for.
const SLOW = 1.15; // wall clock over media clock of a play that counts as stalled

export class Telemetry {
  constructor() {
    this.origin = performance.now();
    this.facts = {
      bytes: 0,
      load_ms: 0,
      started: false,
      ended: false,
      plays: 0,
      full_plays: 0,
      replays: 0,
      played_seconds: 0,
      stalls: 0,
      stall_ms: 0,
      slow_plays: 0,
      interrupted: 0,
      tab_hidden_ms: 0,
      volume: 1,
      muted: false,
      errors: "",
    };
    this.hiddenSince = document.hidden ? performance.now() : null;
    this.onVisibility = () => this.#visibility();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  close() {
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  now() {
    return Math.round(performance.now() - this.origin);
  }

  loaded(bytes) {
    this.facts.bytes = bytes;
    this.facts.load_ms = this.now();
  }

  playStarted() {
    this.facts.plays += 1;
    this.facts.replays = Math.max(0, this.facts.plays - 1);
    if (!this.facts.started) this.facts.started_ms = this.now();
    this.facts.started = true;
    this.playSince = performance.now();
  }

  stalled(ms) {
    this.facts.stalls += 1;
    this.facts.stall_ms += Math.round(ms);
  }

  playStopped(seconds) {
    this.facts.played_seconds = round(this.facts.played_seconds + seconds);
  }

  playInterrupted() {
    this.facts.interrupted += 1;
  }

  playEnded(seconds, video) {
    const wall = (performance.now() - this.playSince) / 1000;
    const ratio = seconds > 0 ? wall / seconds : 0;
    this.facts.wall_ratio = round(ratio);
    if (ratio > SLOW) this.facts.slow_plays += 1;
    if (!this.facts.ended) {
      this.facts.ended_ms = this.now();
      this.unlocked = performance.now();
    }
    this.facts.ended = true;
    this.facts.full_plays += 1;
    this.facts.volume = round(video.volume);
    this.facts.muted = video.muted;
  }

  problem(text) {
    this.facts.errors = `${this.facts.errors} ${text}`.trim().slice(0, 200);
  }

  // Everything so far, as it is sent with the answer.
  answered(video) {
    this.#visibility();
    const box = video.getBoundingClientRect();
    return {
      ...this.facts,
      rt_ms: this.unlocked ? Math.round(performance.now() - this.unlocked) : -1,
      total_ms: this.now(),
      viewport_w: window.innerWidth,
      viewport_h: window.innerHeight,
      shown_w: Math.round(box.width),
      shown_h: Math.round(box.height),
      visible_share: visibleShare(box),
    };
  }

  #visibility() {
    if (this.hiddenSince !== null) {
      this.facts.tab_hidden_ms += Math.round(performance.now() - this.hiddenSince);
    }
    this.hiddenSince = document.hidden ? performance.now() : null;
  }
}

function visibleShare(box) {
  const height = Math.min(box.bottom, window.innerHeight) - Math.max(box.top, 0);
  const width = Math.min(box.right, window.innerWidth) - Math.max(box.left, 0);
  const area = box.width * box.height;
  return area ? round((Math.max(0, width) * Math.max(0, height)) / area) : 0;
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
