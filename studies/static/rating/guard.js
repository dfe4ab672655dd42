/* Runs in any browser: says so when the page proper cannot run. */
(function () {
  "use strict";
  function refuse(code) {
    var view = document.querySelector('[data-view="refused"]');
    var text = document.querySelector('[data-refusal="' + code + '"]');
    var views = document.querySelectorAll("[data-view]");
    for (var i = 0; i < views.length; i += 1) views[i].hidden = true;
    if (view && text) {
      view.hidden = false;
      text.hidden = false;
    }
  }
  var video = document.createElement("video");
  var plays =
    video.canPlayType &&
    video.canPlayType('video/mp4; codecs="avc1.42E01E, mp4a.40.2"');
  var able =
    "noModule" in document.createElement("script") &&
    window.fetch && window.AbortController && Array.prototype.at;
  if (!plays || !able) {
    document.documentElement.setAttribute("data-unsupported", "");
    refuse("unsupported");
    return;
  }
  window.setTimeout(function () {
    if (!document.documentElement.hasAttribute("data-running")) refuse("not_loaded");
  }, 15000);
})();
