// A button that opens a small menu: closed by Escape, by a click elsewhere, and by choosing.

const open = new Set();

export function popover(button, box) {
  const close = () => {
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    open.delete(close);
  };
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const opening = box.hidden;
    closeAll();
    if (!opening) return;
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    open.add(close);
    box.querySelector("button")?.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      button.focus();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const items = [...box.querySelectorAll("button")];
      const step = event.key === "ArrowDown" ? 1 : items.length - 1;
      items[(items.indexOf(document.activeElement) + step) % items.length].focus();
    }
  });
}

export function closeAll() {
  for (const close of [...open]) close();
}

document.addEventListener("click", closeAll);
