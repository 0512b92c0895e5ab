// The insert bar writes placeholders, gaps lead to their line, marked words go into the comment. All of it can be
// done by hand as well.
const text = document.getElementById("id_text");
const bar = document.getElementById("einfuegen");

const part = (name) => bar.querySelector(`[data-part="${name}"]`);

function placeholder() {
  const kind = part("kind").selectedOptions[0];
  const names = kind.dataset.arguments.split(" ").filter(Boolean);
  const given = names.map((name) => part(name).value);
  while (given.length && !given[given.length - 1] && given.length > Number(kind.dataset.required)) given.pop();
  for (const [n, name] of names.entries()) {
    // what must be named and means the whole city is written out
    if (name === "area" && n < Number(kind.dataset.required) && given[n] === "") given[n] = document.documentElement.lang === "de" ? "Stadt" : "city";
  }
  const asked = given.join(" | ");
  return { words: asked ? `{{${kind.value}: ${asked}}}` : `{{${kind.value}}}`, alone: "alone" in kind.dataset };
}

function show() {
  const wanted = part("kind").selectedOptions[0].dataset.arguments.split(" ");
  for (const field of bar.querySelectorAll("[data-for]")) field.hidden = !wanted.includes(field.dataset.for);
  document.getElementById("ein-so").textContent = placeholder().words;
}

function insert() {
  const { words, alone } = placeholder();
  const before = text.value.slice(0, text.selectionStart);
  const after = text.value.slice(text.selectionEnd);
  const head = alone && before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = alone && !after.startsWith("\n") ? "\n" : "";
  text.setRangeText(head + words + tail, text.selectionStart, text.selectionEnd, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

if (text && bar) {
  bar.hidden = false;
  bar.addEventListener("change", (event) => {
    event.stopPropagation();
    show();
  });
  bar.addEventListener("input", (event) => event.stopPropagation()); // choosing is not writing: no new preview
  document.getElementById("ein-jetzt").addEventListener("click", insert);
  show();
}

document.getElementById("vorschau").addEventListener("click", (event) => {
  const line = Number(event.target.closest("[data-line]")?.dataset.line);
  if (!line || !text) return;
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
});

const quoted = document.getElementById("c-quoted");
if (quoted && text) {
  text.addEventListener("select", () => {
    quoted.value = text.value.slice(text.selectionStart, text.selectionEnd).slice(0, 2000);
  });
}
