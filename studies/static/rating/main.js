// Starts whatever this page is: a session, an offer with a sample, a look for staff.
import { Api, Refused } from "./api.js";
import { connection, refuse, show } from "./screen.js";
import { Session } from "./session.js";
import { strings } from "./strings.js";
import { TrialView } from "./trial.js";

async function sample(trial, views, loaded = strings.loaded) {
  show(...views);
  const page = new TrialView(new Api("", connection));
  const focus = views[0] === "trial";
  const first = page.run(trial, { focus, loaded });
  page.root.querySelector(".trial-title").hidden = !focus;
  for (let answer = first; ; ) {
    await answer;
    page.unlock(strings.previewAnswer);
    answer = new Promise((resolve) => {
      page.resolve = resolve;
    });
  }
}

async function start(boot) {
  if (boot.refusal) {
    refuse(boot.refusal);
  } else if (boot.mode === "session") {
    show("loading");
    await new Session(boot.study, new Api(boot.api, connection)).run();
  } else if (boot.trial) {
    if (boot.mode === "offer") {
      document.querySelector("[data-sample-title]").hidden = false;
      const loaded = boot.silent ? strings.loadedSilent : strings.loaded;
      await sample(boot.trial, ["offer", "trial"], loaded);
    } else {
      await sample(boot.trial, ["trial"]);
    }
  } else {
    show("offer");
  }
}

document.documentElement.setAttribute("data-running", "");
if (!document.documentElement.hasAttribute("data-unsupported")) {
  start(JSON.parse(document.getElementById("boot").textContent)).catch((error) => {
    if (error instanceof Refused) refuse(error.code, error.message);
    else refuse("other", String(error));
  });
}
