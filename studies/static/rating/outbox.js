// The answer that the server has not acknowledged yet. There is never more than one:
// the next clip comes only after the acknowledgement.
import { Refused } from "./api.js";
import { forget, recall, remember } from "./store.js";

const NAME = `answer:${window.location.pathname}${window.location.search}`;

export class Outbox {
  constructor(api) {
    this.api = api;
  }

  // Keep first, then send until the server has it; returns its acknowledgement.
  async send(answer) {
    remember(NAME, answer);
    const ack = await this.api.post("answer/", answer);
    forget(NAME);
    return ack;
  }

  // After a reload: what an earlier page could not hand over any more.
  async resend() {
    const answer = recall(NAME);
    if (!answer) return;
    try {
      await this.send(answer);
    } catch (error) {
      // the server does not want it (any more): it knows better what comes next
      if (!(error instanceof Refused) || error.status === 401) throw error;
      forget(NAME);
    }
  }
}

export function drawUuid() {
  if (window.crypto?.randomUUID) return window.crypto.randomUUID();
  const bytes = window.crypto.getRandomValues(new Uint8Array(16)); // http in a lab
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
