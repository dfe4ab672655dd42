// A rater's session from the door to the recruiter's form. The server says where she
// is; after a reload the same questions give the same place.
import { Outbox } from "./outbox.js";
import { handOver } from "./finish.js";
import { announce, progress, show } from "./screen.js";
import { SoundCheck } from "./sound.js";
import { strings } from "./strings.js";
import { TrialView } from "./trial.js";

const view = (name) => document.querySelector(`[data-view="${name}"]`);

export class Session {
  constructor(study, api) {
    this.study = study;
    this.api = api;
    this.outbox = new Outbox(api);
  }

  async run() {
    let state = await this.#enter(false);
    if (!state?.consented) state = await this.#consent();
    await this.outbox.resend();
    if (!state.sound_ok) state = await this.#sound();
    if (!state.instructed) state = await this.#instructions();
    await this.#trials();
    await handOver(this.api);
  }

  async #enter(consent) {
    const query = Object.fromEntries(new URLSearchParams(window.location.search));
    const body = { study: this.study, query, consent };
    if (consent) body.client = aboutBrowser();
    const reply = await this.api.post("begin/", body);
    this.api.token = reply.token ?? "";
    return reply.state;
  }

  #consent() {
    progress(strings.setup(1), 0, 3);
    show("consent");
    const box = document.querySelector("[data-consent-box]");
    const fault = document.querySelector("[data-consent-fault]");
    const form = document.querySelector("[data-consent-form]");
    box.addEventListener("change", () => {
      fault.hidden = box.checked || fault.hidden;
      if (box.checked) box.removeAttribute("aria-describedby");
    });
    return new Promise((resolve, reject) => {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!box.checked) {
          fault.hidden = false;
          box.setAttribute("aria-describedby", fault.id);
          box.focus();
          return;
        }
        const button = form.querySelector("button");
        button.disabled = true;
        this.#enter(true).then(resolve, reject);
      });
    });
  }

  #sound() {
    progress(strings.setup(2), 1, 3);
    show("sound");
    return new SoundCheck(view("sound"), this.api).run();
  }

  async #instructions() {
    progress(strings.setup(3), 2, 3);
    show("instructions");
    await pressed("[data-instructed]");
    return (await this.api.post("step/", { step: "instructions" })).state;
  }

  async #trials() {
    const page = new TrialView(this.api);
    let practised = false;
    for (;;) {
      const { trial, state } = await this.api.get("trial/");
      if (!trial) {
        progress(strings.allDone(state.total), state.total, state.total);
        return;
      }
      if (practised && !trial.practice) await this.#practiceOver();
      practised = trial.practice;
      await this.#one(page, trial);
    }
  }

  async #practiceOver() {
    show("practised");
    await pressed("[data-practised]");
  }

  async #one(page, trial) {
    progress(strings.progress(trial.index, trial.total), trial.index - 1, trial.total);
    show("trial");
    const renew = async () => (await this.api.get("trial/")).trial ?? trial;
    const answer = await page.run(trial, { renew });
    let ack;
    try {
      ack = await page.saving(this.outbox.send(answer));
    } catch (error) {
      // another window of hers has moved on: follow the server
      if (error.code === "not_yours") return;
      throw error;
    }
    announce(strings.saved);
    progress(strings.progress(trial.index, trial.total), ack.answered, ack.total);
    if (ack.feedback) await page.showFeedback(ack.feedback);
  }
}

function pressed(selector) {
  return new Promise((resolve) => {
    const once = { once: true };
    document.querySelector(selector).addEventListener("click", resolve, once);
  });
}

function aboutBrowser() {
  return {
    agent: navigator.userAgent,
    language: navigator.language,
    screen_w: window.screen.width,
    screen_h: window.screen.height,
    viewport_w: window.innerWidth,
    viewport_h: window.innerHeight,
    pixel_ratio: window.devicePixelRatio,
    touch: navigator.maxTouchPoints > 0,
    framed: window.top !== window,
  };
}
