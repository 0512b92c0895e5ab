// A coding page on the way: its colours came with it, and "coded through" waits like every other step.
export function travel({ data, queue, uuid }) {
  const colours = new CSSStyleSheet();
  colours.replaceSync(data.colours);
  document.adoptedStyleSheets = [colours];
  const form = document.querySelector(".coded-through");
  const show = (isThrough) => {
    for (const face of form.querySelectorAll("[data-through]")) face.hidden = face.dataset.through !== String(Number(isThrough));
  };
  show(queue.all(data.through).at(-1)?.through ?? data.isThrough);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const through = event.submitter.value === "1";
    queue.put(data.through, { key: uuid(), kind: "through", through });
    show(through);
    form.querySelector("[data-through]:not([hidden]) button").focus();
  });
}
