// The clock and the hints: beside the chat where there is room, else a drawer over it.

import { byId } from "./dom.js";

const panel = byId("panel");
const opener = byId("open-panel");
const shade = byId("shade");

function set(shown) {
  panel.classList.toggle("open", shown);
  shade.hidden = !shown;
  opener.setAttribute("aria-expanded", String(shown));
}

export function closePanel() {
  if (!panel.classList.contains("open")) return;
  set(false);
  opener.focus();
}

export function panels() {
  opener.addEventListener("click", () => {
    set(true);
    byId("close-panel").focus();
  });
  byId("close-panel").addEventListener("click", closePanel);
  shade.addEventListener("click", closePanel);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });
}
