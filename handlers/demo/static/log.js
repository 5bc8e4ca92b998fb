// The messages of the member shown, and following their end.

import { bubble, separator } from "./bubbles.js";
import { byId, element } from "./dom.js";

const log = byId("log");
const newer = byId("newer");
const typing = element("div", { className: "message theirs typing" },
  element("div", { className: "bubble" }, element("span", {}, "正在输入"), element("i"), element("i"), element("i")));

let last = null; // the last message shown
let press = async () => false;

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

export function toEnd() {
  log.scrollTop = log.scrollHeight;
  newer.hidden = true;
}

newer.addEventListener("click", toEnd);
log.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; });
new ResizeObserver(() => { if (newer.hidden) log.scrollTop = log.scrollHeight; }).observe(log);

// Show a whole chat; a reader is not made to hear it all again.
export function showAll(messages, pending, onPress) {
  press = onPress;
  last = null;
  log.setAttribute("aria-busy", "true");
  log.replaceChildren();
  for (const message of messages) append(message);
  log.append(...pending);
  toEnd();
  log.setAttribute("aria-busy", "false");
}

// Show a new message, or one that changed where it stands.
export function show(message) {
  const standing = log.querySelector(`[data-id="${message.id}"]`);
  if (standing) {
    standing.replaceWith(bubble(message, press));
    return;
  }
  const following = atEnd() || message.from === "member";
  append(message);
  if (following) toEnd();
  else newer.hidden = false;
}

export function addPending(node) {
  log.insertBefore(node, typing.isConnected ? typing : null);
  toEnd();
}

export function setTyping(shown) {
  if (shown === typing.isConnected) return;
  const following = atEnd();
  if (shown) log.append(typing);
  else typing.remove();
  if (following) toEnd();
}

function append(message) {
  const before = log.querySelector(".pending") ?? (typing.isConnected ? typing : null);
  const time = separator(last, message);
  if (time) log.insertBefore(time, before);
  log.insertBefore(bubble(message, press), before);
  last = message;
}
