// The page around a task in a frame: leaves when the task is submitted.
"use strict";

const onward = document.getElementById("continue");
const frame = document.getElementById("task-frame");

window.addEventListener("message", (event) => {
  // only the marketplace's own page in the frame may say so; where a page is kept here
  // the frame has no origin, and the most that page can do is leave its own task
  const origin = frame && "kept" in frame.dataset ? "null" : location.origin;
  if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
  if (event.data === "marketplace:submitted") location.assign(onward.href);
});
