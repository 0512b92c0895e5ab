// The text as a field that takes no writing: editable for the browser's own caret and selection by keyboard.
// acts: what the keys do; "verbatim" is null where no categories can be made.
export function readByKeyboard(root, acts) {
  root.contentEditable = "true";
  for (const [key, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-readonly": "true", inputmode: "none", spellcheck: "false" })) root.setAttribute(key, value);
  for (const what of ["paste", "cut", "drop", "dragstart"]) root.addEventListener(what, (event) => event.preventDefault());
  root.addEventListener("beforeinput", (event) => event.preventDefault());
  root.addEventListener("compositionend", () => location.reload()); // what an input method wrote cannot be refused
  root.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key.length === 1 || event.key === "Enter") acts.begins(); // the browser tells of the last arrow key later
    const control = event.ctrlKey || event.metaKey;
    const isPlain = !control && !event.altKey;
    const key = event.key.toLowerCase();
    if (control && key === "z") acts[event.shiftKey ? "redo" : "undo"]();
    else if (control && key === "y") acts.redo();
    else if (event.key === "Enter") acts.lines();
    else if (event.key === "Escape") acts.leave();
    else if (isPlain && event.key === "+" && acts.verbatim) acts.verbatim();
    else if (isPlain && /^[1-9]$/.test(event.key)) acts.number(Number(event.key));
    else if (isPlain && /^[\p{L}]$/u.test(event.key)) acts.letter(event.key);
    else return;
    event.preventDefault();
  });
}
