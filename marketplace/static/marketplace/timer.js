// Counts a task's or a test's time down, and warns when little is left.
"use strict";

// seconds left, and what is said from then on; the last that fits counts
const WARNINGS = [
  [300, "Less than five minutes are left. Submit before the time runs out."],
  [60, "Less than a minute is left. Submit now."],
  [0, "The time ran out: what you submit now will not be taken."],
];
const over = document.getElementById("time-over");
const timer = document.getElementById("timer");
const warning = document.getElementById("warning");
// the seconds left come from the server: a worker's clock may be wrong
const total = Number(timer.dataset.seconds);
const allotted = Number(timer.dataset.allotted);
// five minutes may be all there ever was: nobody is warned in the first half
const warnings = WARNINGS.filter(([below]) => below <= allotted / 2);
const began = performance.now();
let said = "";

function clockText(seconds) {
  const part = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function say(text) {
  // a live region speaks on each change: change it once for each message
  if (text !== said) {
    said = text;
    warning.textContent = text;
  }
}

function tick() {
  const left = Math.max(0, Math.ceil(total - (performance.now() - began) / 1000));
  timer.textContent = clockText(left);
  const due = warnings.filter(([below]) => left < below || left === 0);
  timer.classList.toggle("late", due.length > 0);
  if (due.length) say(due.at(-1)[1]);
  if (over) over.hidden = left > 0;
}

tick();
setInterval(tick, 1000);
