// A button that copies what stands in an element; without a script or the right to copy one marks it by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(shown.textContent.trim());
      button.querySelector("span").textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(shown);
    }
  });
}
