// Every text that the scripts say; the rest is in the templates.
export const strings = {
  offline: "The connection is lost. Your answers are kept; trying again …",
  back: "The connection is back.",
  progress: (index, total) => `Clip ${index} of ${total}`,
  setup: (step) => `Getting ready, step ${step} of 3`,
  allDone: (total) => `All ${total} clips answered`,
  loading: (percent) => `Loading the clip, ${percent} %`,
  loaded: "The clip is loaded. Press Play; sound on.",
  play: "Play",
  replay: "Play again",
  playing: "Playing. Answer when it has ended.",
  watchFirst: "Watch the clip to its end, then answer.",
  answer: "Now answer, or play the clip again.",
  unlocked: (choices) => `The clip has ended. You can answer now: ${choices}.`,
  hidden: "Playback stopped because you left this page. Please play the clip again.",
  moved: "Playback was interrupted. Please play the clip again.",
  blocked: "Your browser did not start the clip. Please press Play once more.",
  broken: "This clip could not be loaded or played.",
  saving: "Saving your answer …",
  saved: "Your answer is saved.",
  right: (label) => `Correct: the sound of this clip is ${label}.`,
  wrong: (label) => `Not quite: the sound of this clip is ${label}.`,
  previewAnswer: "This is a preview: your answer is not stored.",
  tonesLoading: "Loading the tones …",
  tonesPlaying: "Playing the tones …",
  tonesHeard: "Choose the number, or play them again.",
  tonesWrong:
    "That was not the number. Check your volume and your headphones, then play the " +
    "new tones: their number may differ.",
  tonesBroken: "The tones could not be played. Please reload the page.",
  tonesRight: "Correct.",
  submitting: "Submitting …",
  submitAgain: "Submit again",
  notArrived:
    "If nothing happened, press the button again. Your answers are stored either way.",
  codeInstead: (code) =>
    `If the page does not open, enter this completion code where you started: ${code}`,
};
