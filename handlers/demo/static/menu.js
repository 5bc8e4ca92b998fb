// The app's menu below the composer, as the app has set it.

import { byId, element } from "./dom.js";
import { closeAll, popover } from "./popover.js";

// `press(item)` is called with the key of an item of type click.
export function showMenu(buttons, press) {
  const bar = byId("menu");
  bar.hidden = buttons.length === 0;
  bar.replaceChildren(...buttons.map((button) => entry(button, press)));
}

function entry(button, press) {
  const below = button.sub_button ?? [];
  if (below.length === 0) return item(button, press);
  const opener = element(
    "button",
    { type: "button", className: "has-more", "aria-haspopup": "menu", "aria-expanded": "false" },
    button.name,
  );
  const box = element(
    "div",
    { className: "popover", role: "menu", "aria-label": button.name, hidden: true },
    ...below.map((one) => item(one, press, "menuitem")),
  );
  popover(opener, box);
  return element("div", { className: "menu-entry" }, opener, box);
}

function item(button, press, role = "") {
  const made = element("button", { type: "button" }, button.name);
  if (role) made.setAttribute("role", role);
  made.addEventListener("click", async () => {
    closeAll();
    if (button.type === "view") {
      if (/^https?:\/\//.test(button.url)) window.open(button.url, "_blank", "noopener,noreferrer");
      return;
    }
    made.disabled = true;
    await press(button.key);
    made.disabled = false;
  });
  return made;
}
