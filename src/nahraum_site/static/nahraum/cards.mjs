// Cards on a photograph: a rectangle that is drawn says where the row in hand lies; all rows are shown on the picture.
const svg = document.querySelector("#foto svg");
const rows = document.getElementById("zeilen");
const NAMES = ["left", "top", "width", "height"];
const WHOLE = 1000;
const LEAST = 4; // a click is no rectangle
let hand = rows.querySelector("li"); // the row that was touched last

const words = (row) => row.querySelector("textarea");
const fields = (row) => NAMES.map((name) => row.querySelector(`[name=${name}]`));
const numbers = (row) => fields(row).map((field) => Number.parseFloat(field.value.replace(",", ".")) * 10);
const placed = (row) => numbers(row).every(Number.isFinite);

function drawn([x, y, width, height], row) {
  const area = document.createElementNS(svg.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height })) area.setAttribute(name, value);
  area.classList.toggle("in-hand", row === hand);
  return area;
}

function show(now = null) {
  const all = [...rows.children].filter((row) => placed(row) && !(now && row === hand)).map((row) => drawn(numbers(row), row));
  svg.replaceChildren(...all, ...(now ? [drawn(now, hand)] : []));
}

function add() {
  rows.append(document.getElementById("leere-zeile").content.cloneNode(true));
  rows.lastElementChild.querySelector("[data-n]").textContent = rows.children.length;
  return rows.lastElementChild;
}

rows.addEventListener("focusin", (event) => {
  hand = event.target.closest("li");
  show();
});
rows.addEventListener("input", () => show());
const more = document.getElementById("mehr");
more.hidden = false;
more.addEventListener("click", () => words(add()).focus());

let from = null;
const place = (event) => {
  const box = svg.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((at) => Math.round(Math.min(Math.max(at, 0), 1) * WHOLE));
};
const between = ([x, y], [left, top]) => [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)];

svg.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  // who draws one card after the other wants the next row, not this one moved
  if (placed(hand) && words(hand).value.trim()) hand = [...rows.children].find((row) => !words(row).value.trim() && !placed(row)) ?? add();
  from = place(event);
  svg.setPointerCapture(event.pointerId);
  event.preventDefault();
});
svg.addEventListener("pointermove", (event) => {
  if (from) show(between(from, place(event)));
});
svg.addEventListener("pointerup", (event) => {
  if (!from) return;
  const area = between(from, place(event));
  from = null;
  if (area[2] > LEAST && area[3] > LEAST) fields(hand).forEach((field, n) => { field.value = String(area[n] / 10); });
  words(hand).focus();
  show();
});
show();
