// Ranking by drag; without this file the arrows do the same.
"use strict";

const form = document.querySelector("[data-ranking]");
const list = form?.querySelector(".ranking");
const save = form?.querySelector("[data-save]");
let dragged = null;

function number() {
  const first = Number(list.dataset.first);
  list.querySelectorAll(".place").forEach((place, at) => { place.textContent = String(first + at); });
}

// The row moves as soon as the pointer is over another one's middle.
function follow(event) {
  const below = [...list.querySelectorAll("[data-row]")].find((row) => {
    const box = row.getBoundingClientRect();
    return row !== dragged && event.clientY < box.top + box.height / 2;
  });
  if (below) list.insertBefore(dragged, below); else list.append(dragged);
  number();
}

list?.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip) return;
  event.preventDefault();
  dragged = grip.closest("[data-row]");
  dragged.classList.add("dragged");
  const drop = () => {
    dragged.classList.remove("dragged");
    window.removeEventListener("pointermove", follow);
    window.removeEventListener("pointerup", drop);
    window.removeEventListener("pointercancel", drop);
    save.hidden = false;
  };
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", drop);
});

// After a step by keyboard the same unit has the focus again.
window.addEventListener("load", () => {
  const moved = location.hash.startsWith("#row-") && document.getElementById(location.hash.slice(1));
  if (moved) moved.querySelector("button:not([disabled])")?.focus();
});
