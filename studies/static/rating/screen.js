// What is on the screen: one view at a time, progress, the banner, spoken notes.
import { strings } from "./strings.js";

const find = (name) => document.querySelector(`[data-${name}]`);
let banner = 0;

export function show(...names) {
  for (const view of document.querySelectorAll("[data-view]")) {
    view.hidden = !names.includes(view.dataset.view);
  }
  const title = document.querySelector(`[data-view="${names[0]}"] h1`);
  window.scrollTo(0, 0);
  title?.focus({ preventScroll: true });
}

export function refuse(code, detail = "") {
  const known = document.querySelector(`[data-refusal="${CSS.escape(code)}"]`);
  const text = known ?? document.querySelector('[data-refusal="other"]');
  for (const other of document.querySelectorAll("[data-refusal]")) {
    other.hidden = other !== text;
  }
  const small = find("refusal-detail");
  small.hidden = Boolean(known) || !detail;
  small.textContent = detail;
  const reload = find("reload");
  reload.hidden = !["returned", "bad_token", "other", "full", "not_loaded"].includes(
    text.dataset.refusal,
  );
  reload.onclick = () => window.location.reload();
  find("progress")?.setAttribute("hidden", "");
  show("refused");
  text.querySelector("h1").focus({ preventScroll: true });
}

export function progress(text, done, total) {
  find("progress").hidden = false;
  const line = find("progress-text");
  if (line.textContent !== text) line.textContent = text;
  const track = find("progress-track");
  track.setAttribute("aria-valuemax", String(Math.max(1, total)));
  track.setAttribute("aria-valuenow", String(done));
  track.setAttribute("aria-valuetext", text);
  find("progress-fill").style.width = `${total ? (100 * done) / total : 0}%`;
}

// A screen reader says the same words twice only when they change in between.
export function announce(text) {
  const line = find("announce");
  line.textContent = line.textContent === text ? `${text}\u00a0` : text;
}

// true: it works again; false: it is broken; null: nothing to say about it.
export function connection(works) {
  const line = find("banner");
  clearTimeout(banner);
  if (works === null) {
    line.hidden = true;
    return;
  }
  if (!works) {
    line.textContent = strings.offline;
    line.classList.remove("banner-good");
    line.hidden = false;
    return;
  }
  line.textContent = strings.back;
  line.classList.add("banner-good");
  banner = setTimeout(() => {
    line.hidden = true;
  }, 3000);
}
