// What the admin does in the browser beside Unfold.
"use strict";

// Unfold opens some menus with elements that a keyboard does not reach.
const CLICKED = "[x-on\\:click]:not(button, input, select, a[href], nav, form, #page)";
const NAMES = {
  dock_to_right: "Show or hide the menu",
  close: "Close",
  chevron_right: "Open",
};

function letKeyboardsIn() {
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const name = NAMES[icon.textContent.trim()];
    if (name && icon.matches(CLICKED)) icon.setAttribute("aria-label", name);
    else icon.setAttribute("aria-hidden", "true");
  }
  for (const element of document.querySelectorAll(CLICKED)) {
    if (element.querySelector("input, a[href], button")) continue;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      element.click();
    });
  }
}

async function copy(button) {
  const text = button.dataset.copy;
  const said = button.querySelector("[aria-live]");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied";
  } catch {
    // Without HTTPS browsers keep the clipboard to themselves.
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    said.textContent = "Press Ctrl-C";
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("DOMContentLoaded", () => {
  letKeyboardsIn();
  // Loading a page with a secret again must not make another.
  const page = document.querySelector("[data-then]");
  if (page) history.replaceState(null, "", page.dataset.then);
});

// The record browser offers the conditions and the values that fit a field.
function fitFilter(form) {
  const chosen = form.querySelector("[data-filter-field]").selectedOptions[0];
  const operator = form.querySelector("[data-filter-operator]");
  for (const option of operator.options) {
    const fits = option.dataset.kinds.split(" ").includes(chosen.dataset.kind);
    option.hidden = option.disabled = !fits;
  }
  if (operator.selectedOptions[0]?.disabled ?? true) {
    operator.value = [...operator.options].find((option) => !option.disabled).value;
  }
  const value = form.querySelector("[data-filter-value]");
  value.hidden = "alone" in operator.selectedOptions[0].dataset;
  const input = value.querySelector("input");
  if (chosen.dataset.options) input.setAttribute("list", chosen.dataset.options);
  else input.removeAttribute("list");
}

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("[data-filter-field]")) {
    fitFilter(field.form);
    field.form.addEventListener("change", () => fitFilter(field.form));
  }
});

// A field's form shows what its type makes use of.
function fitField(form, fitting) {
  const type = form.querySelector("[name=type], [data-type]").value;
  for (const [name, types] of Object.entries(fitting)) {
    const part = form.querySelector(`[data-part="${name}"]`);
    if (!part) continue;
    part.hidden = !types.split(" ").includes(type);
    // What cannot be seen is not sent.
    for (const input of part.querySelectorAll("input, select")) {
      input.disabled = part.hidden;
    }
  }
}

function changeOptions(button) {
  const row = button.closest(".kith-option");
  if (button.dataset.option === "up") row.previousElementSibling?.before(row);
  if (button.dataset.option === "remove") row.remove();
  if (button.dataset.option !== "add") return;
  const fresh = button.closest(".kith-options").cloned.cloneNode(true);
  button.before(fresh);
  fresh.querySelector("[name$=-label]").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-option]");
  if (button) changeOptions(button);
});

document.addEventListener("DOMContentLoaded", () => {
  for (const options of document.querySelectorAll(".kith-options")) {
    options.cloned = options.querySelector(".kith-option").cloneNode(true);
    for (const input of options.cloned.querySelectorAll("input")) input.value = "";
  }
  const written = document.getElementById("kith-fitting");
  if (!written) return;
  const form = written.closest("form");
  const fitting = JSON.parse(written.textContent);
  fitField(form, fitting);
  form.addEventListener("change", () => fitField(form, fitting));
});
