// Hand the session over to the recruiter: a real form, posted inside this frame.
import { show } from "./screen.js";
import { strings } from "./strings.js";

const AGAIN_AFTER_MS = 8000;

export async function handOver(api) {
  const form = document.querySelector("[data-finish]");
  const button = document.querySelector("[data-finish-button]");
  const state = document.querySelector("[data-finish-state]");
  const instead = document.querySelector("[data-finish-code]");
  let sent = false;
  let code = "";

  // refused while the server misses a vote
  fill(form, await api.get("finish/"));
  show("finish");
  button.focus();
  const offerAgain = () => {
    if (!sent) return;
    button.disabled = false;
    button.textContent = strings.submitAgain;
    state.textContent = strings.notArrived;
    instead.textContent = code && strings.codeInstead(code);
  };
  // back from the recruiter's page, or its answer was only a download
  window.addEventListener("pageshow", offerAgain);
  const handIn = async () => {
    button.disabled = true;
    state.textContent = strings.submitting;
    // waits out a broken connection, which the form itself could not
    const finish = await api.get("finish/");
    fill(form, finish);
    code = finish.code;
    sent = true;
    form.submit();
    setTimeout(offerAgain, AGAIN_AFTER_MS);
  };
  // ends only by a refusal, such as "done already" when it had arrived after all
  await new Promise((_, reject) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      handIn().catch(reject);
    });
  });
}

function fill(form, finish) {
  form.action = finish.action;
  form.method = finish.method;
  for (const old of form.querySelectorAll('input[type="hidden"]')) old.remove();
  for (const [name, value] of Object.entries(finish.fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
}
