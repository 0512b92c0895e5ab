// Files dropped anywhere on a box with a dashed border go into its file fields; beside it they open nothing.

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function fill(form, files) {
  const fields = [...form.querySelectorAll('input[type="file"]')];
  if (fields[0].multiple) put(fields[0], files);
  else {
    const free = [...fields.filter((field) => !field.files.length), ...fields.filter((field) => field.files.length)];
    free.slice(0, files.length).forEach((field, n) => put(field, [files[n]]));
  }
}

function put(field, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  field.files = held.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

const boxOf = (event) => event.target.closest?.("form.drop");

document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  const box = boxOf(event);
  for (const form of document.querySelectorAll("form.drop")) form.classList.toggle("drop--over", form === box);
  if (event.target.matches?.('input[type="file"]')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = box ? "copy" : "none";
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) for (const form of document.querySelectorAll("form.drop")) form.classList.remove("drop--over");
});

document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  for (const form of document.querySelectorAll("form.drop")) form.classList.remove("drop--over");
  if (event.target.matches?.('input[type="file"]')) return; // the field itself takes them
  event.preventDefault();
  const box = boxOf(event);
  if (box) fill(box, [...event.dataTransfer.files]);
});
