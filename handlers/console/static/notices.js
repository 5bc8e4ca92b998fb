// Writing a notice: variables at the cursor, all of a group, how long the text is.
"use strict";

const text = document.getElementById("text");
const form = document.getElementById("compose");

function changed() { form.dispatchEvent(new Event("input", { bubbles: true })); }

function count() {
  const place = document.querySelector("[data-count]");
  if (place) place.textContent = `${[...text.value].length} / ${text.dataset.most} 字`;
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
for (const button of document.querySelectorAll("[data-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const ticks = [...button.closest("[data-group]").querySelectorAll("input[type=checkbox]")];
    const all = ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = !all;
    changed();
  });
}
// The chosen recipient stands beside the form, not in it.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("#preview [name=person]")) changed();
});
// The preview follows by itself.
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
text.addEventListener("input", count);
count();
