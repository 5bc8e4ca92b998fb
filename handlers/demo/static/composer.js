// Where the member types: Enter sends, Shift+Enter breaks the line, a long text goes out in parts.

import { byId } from "./dom.js";
import { closeAll, popover } from "./popover.js";
import { split } from "./split.js";

const text = byId("text");
const submit = byId("submit");
const parts = byId("parts");

// `say(texts)` and `attach(kind)` are what the member does.
export function composer(say, attach) {
  const send = () => {
    if (!text.value.trim()) return;
    say(split(text.value));
    fill("");
  };
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    text.focus();
  });
  text.addEventListener("keydown", (event) => {
    // 229: an input method takes the key, also where the browser does not say that it is composing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) send();
  });
  text.addEventListener("input", update);
  const box = byId("attachments");
  popover(byId("attach"), box);
  box.addEventListener("click", (event) => {
    const kind = event.target.dataset.kind;
    if (!kind) return;
    closeAll();
    attach(kind);
    text.focus();
  });
}

export const typed = () => text.value;

export function fill(value) {
  text.value = value;
  update();
}

function update() {
  submit.disabled = !text.value.trim();
  const count = split(text.value).length;
  parts.hidden = count < 2;
  parts.textContent = count < 2 ? "" : `内容较长，将分${count}条依次发送`;
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}
