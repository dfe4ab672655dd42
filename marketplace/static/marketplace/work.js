// The page around a task in a frame: leaves when the task is submitted.
"use strict";

const onward = document.getElementById("continue");
const frame = document.getElementById("task-frame");

window.addEventListener("message", (event) => {
  // only the marketplace's own page in the frame may say so
  if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
  if (event.data === "marketplace:submitted") location.assign(onward.href);
});
