// Words selected in the text are marked: they go into the field of their kind, and the page is looked at again.

const box = document.querySelector("[data-mark]");
const look = document.querySelector("#ansehen");

function selected() {
  const chosen = document.getSelection();
  const inside = chosen.anchorNode?.parentElement?.closest(".said__words");
  return inside ? chosen.toString().replace(/\s+/g, " ").trim() : "";
}

if (box && look) {
  box.hidden = false;
  let words = "";
  document.addEventListener("selectionchange", () => {
    words = selected() || words;
  });
  for (const button of box.querySelectorAll("[data-to]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.to);
      if (!words || words.length > 200) {
        field.focus();
        return;
      }
      field.value = [field.value.trim(), words].filter(Boolean).join("\n");
      look.form.requestSubmit(look);
    });
  }
}
