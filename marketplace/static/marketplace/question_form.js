// Checks what a question's patterns ask of a text: they are a requester's, and run in the
// worker's browser alone. Marks "Other" when something is written beside it.
"use strict";

function compiled(rule) {
  try {
    return { pattern: new RegExp(rule.regex, rule.flags), error: rule.error };
  } catch {
    // not a pattern of JavaScript's: it can't be met, so it is not asked for
    return null;
  }
}

for (const field of document.querySelectorAll("[data-patterns]")) {
  const rules = JSON.parse(field.dataset.patterns).map(compiled).filter(Boolean);
  const optional = field.name.endsWith("-other");
  const check = () => {
    const value = field.value;
    const broken = rules.find((rule) => !rule.pattern.test(value));
    field.setCustomValidity(broken && !(optional && !value) ? broken.error : "");
  };
  field.addEventListener("input", check);
  check();
}

for (const field of document.querySelectorAll('.question [name$="-other"]')) {
  const name = field.name.slice(0, -"-other".length);
  const mark = document.getElementById(`${name}-mark`);
  const list = document.getElementById(name);
  field.addEventListener("input", () => {
    if (mark) mark.checked = field.value !== "";
    else if (field.value) list.value = "other";
  });
}
