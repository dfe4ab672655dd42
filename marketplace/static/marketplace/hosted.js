// Before a requester's page of an HTMLQuestion. Such pages name Amazon's address to submit
// to, and load a script of Amazon's that fills in the assignment's id; neither need be
// there any more. Here their form leads to this marketplace, and says whose it is.
"use strict";

(() => {
  const given = new URLSearchParams(location.search);
  const assignment = given.get("assignmentId") || "";
  const home = given.get("turkSubmitTo");
  const target = home
    ? `${home}/mturk/externalSubmit`
    : new URL("../../mturk/externalSubmit", location.href).href;

  function prepare(form) {
    const action = form.getAttribute("action") || "";
    if (!/\/mturk\/externalSubmit\/?($|[?#])/.test(action)) return;
    form.setAttribute("action", target);
    form.setAttribute("method", "post");
    let field = form.querySelector('[name="assignmentId"]');
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "assignmentId";
      form.append(field);
    }
    field.value = assignment;
  }

  function prepareAll() {
    for (const form of document.forms) prepare(form);
  }

  // what pages call once their form is there; Amazon's own takes its place if it loads
  window.turkSetAssignmentID = prepareAll;
  document.addEventListener("DOMContentLoaded", prepareAll);
  // forms made later, and those that scripts submit without an event
  window.addEventListener("submit", (event) => prepare(event.target), true);
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    prepare(this);
    submit.call(this);
  };
})();
