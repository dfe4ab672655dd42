// After a submission: accept the next HIT of the group, as the worker asked for.
"use strict";

const PAUSE = 3; // seconds in which the worker may think otherwise
const form = document.getElementById("onward");
const word = document.getElementById("going-on");
const stop = document.createElement("button");
stop.type = "button";
stop.className = "plain";
stop.textContent = "Stay here";
word.textContent = `The next HIT is accepted in ${PAUSE} seconds. `;
word.after(stop);
const timer = setTimeout(() => form.requestSubmit(), PAUSE * 1000);

function stay() {
  clearTimeout(timer);
  stop.remove();
  word.textContent = "No further HIT was accepted.";
}

stop.addEventListener("click", stay);
form.addEventListener("submit", () => clearTimeout(timer));
// a page that comes back from the browser's memory must not go on again
window.addEventListener("pagehide", () => clearTimeout(timer));
