// A short notice at the foot of the page.

import { byId } from "./dom.js";

let timer;

export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, Math.max(4000, text.length * 160));
}
