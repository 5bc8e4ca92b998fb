// Shows that a sheet is on its way and being read.
"use strict";
document.addEventListener("submit", (event) => {
  const shown = event.target.matches("[data-reading]") && event.target.querySelector(".reading");
  if (shown) shown.hidden = false;
});
