// The console works without this file; it only saves steps.
"use strict";

// The menu stands open where there is room for it.
const wide = window.matchMedia("(min-width: 992px)");
function fitMenu() {
  for (const menu of document.querySelectorAll("[data-menu]")) menu.open = wide.matches;
}
wide.addEventListener("change", fitMenu);
fitMenu();

// Changes made through htmx carry the same secret as forms do.
document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail?.ctx?.request;
  if (request?.headers) request.headers["X-CSRF-Token"] = document.body.dataset.csrf;
});

// Ask before what is hard to undo; send no form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  const underWay = form.querySelector("[data-under-way]");
  if (underWay) underWay.hidden = false;
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    window.setTimeout(() => { button.disabled = true; }, 0);
    window.setTimeout(() => { button.disabled = false; }, 8000);
  }
});
window.addEventListener("pageshow", (event) => {  // back to a page that was left by sending a form
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form button[disabled]")) button.disabled = false;
  for (const bar of document.querySelectorAll("[data-under-way]")) bar.hidden = true;
  countAllTicks();
});

// A text that was typed but not sent is not left by mistake.
let typed = false;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.method === "post") typed = true;
});
document.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

// What is too long is said with both numbers, and nothing is sent: what was typed or pasted is never cut.
function measure(field) {
  const most = Number(field.dataset.most);
  const count = [...field.value.trim()].length;
  field.setCustomValidity(count > most ? `最多${most}字，现有${count}字，请精简。` : "");
}
function measureAll() {
  for (const field of document.querySelectorAll("[data-most]")) measure(field);
}
document.addEventListener("input", (event) => { if (event.target.matches("[data-most]")) measure(event.target); });
document.addEventListener("htmx:after:swap", measureAll);
measureAll();

// "/" goes to the search field; Escape closes an open small form.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !field && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
  if (event.key === "Escape") event.target.closest?.("details.act")?.removeAttribute("open");
});

// Tick all rows of a list; say how many are ticked.
function picks(form) {  // a tick may stand outside its form, which it names
  return [...form.elements].filter((one) => one.matches("input[name=pick]"));
}
function countTicks(form) {
  const ticks = picks(form);
  const ticked = ticks.filter((tick) => tick.checked).length;
  for (const place of form.querySelectorAll("[data-ticked]")) place.textContent = String(ticked);
  for (const button of form.querySelectorAll("[data-needs-ticks]")) button.disabled = ticked === 0;
}
document.addEventListener("change", (event) => {
  const tick = event.target;
  if (tick.matches("[data-tick-all]")) {
    for (const one of picks(tick.form)) one.checked = tick.checked;
  }
  if (tick.form && tick.matches("[data-tick-all], input[name=pick]")) countTicks(tick.form);
  if (tick.matches("[data-go]")) tick.form.requestSubmit();
});
function countAllTicks() {
  for (const form of document.querySelectorAll("form[data-ticks]")) countTicks(form);
}
document.addEventListener("htmx:after:swap", countAllTicks);
countAllTicks();

// Who leads a team is not a member beside it.
function partLeader(form) {
  for (const one of form.querySelectorAll("input[name=member]")) {
    one.disabled = one.value === form.elements.leader.value;
    if (one.disabled) one.checked = false;
  }
}
function partLeaders() {
  for (const choice of document.querySelectorAll("select[name=leader]")) {
    if (choice.form?.method === "post") partLeader(choice.form);
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("select[name=leader]")) partLeader(event.target.form);
});
document.addEventListener("htmx:after:swap", partLeaders);
partLeaders();

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// Back to what was typed, where there is somewhere to go back to.
for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = window.history.length < 2;
  button.addEventListener("click", () => window.history.back());
}
