"use strict";
// Folds families, those of which nothing is accepted from the start, and filters SOP classes and transfer syntaxes by
// words and by whether anything is accepted. Without it everything is shown.
(() => {
  const form = document.querySelector(".choose");
  const heads = [...document.querySelectorAll(".heat thead th")].slice(1);
  const families = [...document.querySelectorAll(".heat tbody")].map((body) => ({
    body,
    rows: [...body.querySelectorAll("tr.class")].map((row) => ({ row, cells: [...row.cells].slice(1) })),
  }));

  for (const { body } of families) {
    const button = body.querySelector("button");
    const fold = () => button.setAttribute("aria-expanded", String(!body.classList.toggle("folded")));
    button.addEventListener("click", fold);
    if (body.classList.contains("nothing")) fold();
  }

  const isAccepted = (cell) => cell.matches(".yes, .lost");
  const test = (field) => {
    const words = form.elements[field].value.toLowerCase().split(/\s+/).filter(Boolean);
    return (head) => words.every((word) => head.title.toLowerCase().includes(word));
  };

  function filter() {
    const only = form.elements.accepted.checked;
    const [byClass, bySyntax] = [test("text"), test("syntax")];
    const columns = heads.map(bySyntax);
    const used = heads.map(() => false);
    for (const { body, rows } of families) {
      for (const { row, cells } of rows) {
        const some = cells.some((cell, at) => columns[at] && isAccepted(cell));
        row.hidden = !byClass(row.cells[0]) || (only && !some);
        if (!row.hidden) cells.forEach((cell, at) => { used[at] ||= isAccepted(cell); });
      }
      body.hidden = rows.every(({ row }) => row.hidden);
    }
    const shown = columns.map((wanted, at) => wanted && (!only || used[at]));
    heads.forEach((head, at) => { head.hidden = !shown[at]; });
    for (const { rows } of families) {
      for (const { row, cells } of rows) {
        if (!row.hidden) cells.forEach((cell, at) => { cell.hidden = !shown[at]; });
      }
    }
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
