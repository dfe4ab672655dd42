// Keys are told of only where somebody has them: nobody presses keys on a phone.
const phone = window.matchMedia("(hover: none) and (pointer: coarse)");

export const hasKeys = () => !phone.matches;

// A keyboard may come to a tablet, and go.
export function onKeysChange(act) {
  phone.addEventListener("change", act);
}

// Shows and speaks the key of a button, or with "" neither.
export function tellKey(button, key) {
  button.querySelector("kbd").hidden = !key;
  if (key) button.setAttribute("aria-keyshortcuts", key);
  else button.removeAttribute("aria-keyshortcuts");
}
