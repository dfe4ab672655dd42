// Counts a task's or a test's time down, and warns when little is left.
"use strict";

const WARN_BELOW = 300; // seconds
const timer = document.getElementById("timer");
const warning = document.getElementById("warning");
// the seconds left come from the server: a worker's clock may be wrong
const total = Number(timer.dataset.seconds);
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
  timer.classList.toggle("late", left < WARN_BELOW);
  if (left === 0) {
    say("The time ran out: what you submit now will not be taken.");
  } else if (left < WARN_BELOW) {
    say("Less than five minutes are left. Submit before the time runs out.");
  }
}

tick();
setInterval(tick, 1000);
