"use strict";
// Folds families, and filters SOP classes by words and by whether anything is accepted. Without it everything is shown.
(() => {
  const form = document.getElementById("filter");
  const families = [...document.querySelectorAll("tbody")];
  for (const family of families) {
    const button = family.querySelector("button");
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", String(!family.classList.toggle("folded")));
    });
  }

  function filter() {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const family of families) {
      const rows = [...family.querySelectorAll("tr.class")];
      for (const row of rows) {
        const text = row.dataset.text.toLowerCase();
        const wanted = !form.elements.accepted.checked || row.querySelector(".yes") !== null;
        row.hidden = !wanted || !words.every((word) => text.includes(word));
      }
      family.hidden = rows.every((row) => row.hidden);
    }
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
