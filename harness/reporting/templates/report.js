"use strict";
// Filters the checks by verdict, scenario and text. Without it everything is shown.
(() => {
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const buttons = [...form.querySelectorAll("button")];
  const scenarios = [...document.querySelectorAll(".scenario")].map((element) => ({
    element,
    text: element.querySelector("header").textContent.toLowerCase(),
    steps: [...element.querySelectorAll(".step")].map((step) => ({
      element: step,
      text: "",
      checks: [...step.querySelectorAll(".check")],
    })),
  }));
  const total = document.querySelectorAll(".check").length;

  // A step is found by anything in it, its presentation contexts and PDUs included; a check by itself or its step.
  function textOf(step) {
    step.text ||= [...step.element.children]
      .filter((child) => !child.classList.contains("checks"))
      .map((child) => child.textContent)
      .join(" ")
      .toLowerCase();
    return step.text;
  }

  function filter() {
    const pressed = buttons.filter((button) => button.getAttribute("aria-pressed") === "true");
    const verdicts = new Set(pressed.map((button) => button.dataset.verdict));
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = form.elements.scenario.value;
    let count = 0;
    for (const scenario of scenarios) {
      let inScenario = 0;
      const selected = !chosen || chosen === scenario.element.id;
      for (const step of scenario.steps) {
        let inStep = 0;
        for (const check of step.checks) {
          const fits =
            selected &&
            (!verdicts.size || verdicts.has(check.dataset.verdict)) &&
            (!words.length || fitsWords(words, scenario, step, check));
          check.hidden = !fits;
          inStep += fits;
        }
        step.element.hidden = !inStep;
        inScenario += inStep;
      }
      scenario.element.hidden = !inScenario;
      count += inScenario;
    }
    shown.textContent = count === total ? `${total} checks` : `${count} of ${total} checks`;
    nothing.hidden = count > 0 || total === 0;
  }

  function fitsWords(words, scenario, step, check) {
    const text = `${scenario.text} ${textOf(step)} ${check.textContent.toLowerCase()}`;
    return words.every((word) => text.includes(word));
  }

  function clear() {
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    form.reset();
    filter();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape") {
      clear();
    }
  });
  // A link to something that the filter hides must still lead there.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      clear();
      target.scrollIntoView();
    }
  });
  // The bytes of a PDU, as a dump below the part of the diagram in which it stands.
  function dump(head) {
    const bytes = head.match(/../g).map((digits) => parseInt(digits, 16));
    const lines = [];
    for (let start = 0; start < bytes.length; start += 16) {
      const row = bytes.slice(start, start + 16);
      const digits = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const letters = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
      lines.push(`${start.toString(16).padStart(4, "0")}  ${digits.padEnd(47)}  ${letters}`);
    }
    return lines.join("\n");
  }
  for (const button of document.querySelectorAll("[data-head]")) {
    button.setAttribute("aria-expanded", "false");
    button.title = "Show the bytes";
    button.addEventListener("click", () => {
      const part = button.closest("svg");
      const open = button.getAttribute("aria-expanded") === "true";
      const others = [...part.querySelectorAll("[data-head]")];
      others.forEach((other) => other.setAttribute("aria-expanded", "false"));
      if (part.nextElementSibling?.matches(".hex")) {
        part.nextElementSibling.remove();
      }
      if (!open) {
        const bytes = document.createElement("pre");
        bytes.className = "hex";
        bytes.tabIndex = 0;
        bytes.textContent = dump(button.dataset.head);
        part.after(bytes);
        button.setAttribute("aria-expanded", "true");
      }
    });
  }
  // A sentence for somebody else is there to be copied; the clipboard is not to be had everywhere.
  for (const ask of document.querySelectorAll(".ask")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      getSelection().selectAllChildren(ask.querySelector("blockquote"));
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    });
    ask.querySelector("figcaption").append(button);
  }
  // What is folded is printed too, but for what fills pages: logs, long tables, and associations of what passed.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open], .wire, .log, .contexts-of, .evidence)")];
    folded.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
  filter();
})();
