// The questions of a trial as groups of buttons, answered by click or by key.
import { tellKey } from "./keys.js";

export class Questions {
  constructor(root, onComplete) {
    this.root = root;
    this.onComplete = onComplete;
    this.keysWork = false;
    this.groups = [];
  }

  build(questions) {
    this.root.replaceChildren();
    this.choices = {};
    this.locked = true;
    this.groups = questions.map((question) => this.#group(question));
    this.lock(true);
  }

  lock(locked) {
    this.locked = locked;
    for (const group of this.groups) {
      for (const button of group.buttons) button.disabled = locked;
    }
  }

  // "Real (R), Fake (F)": said when the answer becomes possible.
  describe() {
    const choices = this.groups.flatMap((group) => group.question.choices);
    const told = ({ label, key }) => (this.keysWork && key ? `${label} (${key})` : label);
    return choices.map(told).join(", ");
  }

  // Tells of the keys, to eyes and ears, only where they answer.
  tellKeys(keysWork) {
    this.keysWork = keysWork;
    for (const { question, buttons } of this.groups) {
      for (const [place, button] of buttons.entries()) {
        const { key } = question.choices[place];
        if (key) tellKey(button, keysWork ? key : "");
      }
    }
  }

  label(value) {
    const choices = this.groups.flatMap((group) => group.question.choices);
    return choices.find((each) => each.value === value)?.label ?? value;
  }

  // True when the key chose something.
  press(key) {
    if (this.locked) return false;
    const open =
      this.groups.find((group) => !(group.question.key in this.choices)) ??
      this.groups.at(-1);
    if (!open) return false;
    const { choices } = open.question;
    let place = choices.findIndex(
      (each) => each.key && each.key.toLowerCase() === key.toLowerCase(),
    );
    if (choices.length === 2 && key === "ArrowLeft") place = 0;
    if (choices.length === 2 && key === "ArrowRight") place = 1;
    if (place < 0) return false;
    this.#choose(open, place);
    return true;
  }

  #group(question) {
    const field = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = question.text;
    const row = document.createElement("div");
    row.className = "choices";
    field.append(legend, row);
    this.root.append(field);
    const group = { question, buttons: [] };
    for (const [place, choice] of question.choices.entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.dataset.value = choice.value;
      button.setAttribute("aria-pressed", "false");
      button.append(choice.label);
      if (choice.key) {
        const hint = document.createElement("kbd");
        hint.textContent = choice.key;
        hint.setAttribute("aria-hidden", "true");
        button.append(" ", hint);
      }
      button.addEventListener("click", () => this.#choose(group, place));
      row.append(button);
      group.buttons.push(button);
    }
    return group;
  }

  #choose(group, place) {
    if (this.locked) return;
    this.choices[group.question.key] = group.question.choices[place].value;
    for (const [each, button] of group.buttons.entries()) {
      button.setAttribute("aria-pressed", String(each === place));
    }
    if (Object.keys(this.choices).length < this.groups.length) return;
    this.lock(true);
    this.onComplete({ ...this.choices });
  }
}
