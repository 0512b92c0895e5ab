// The workbench answers every change; while it does, the result says so.
const result = document.getElementById("ergebnis");
const busy = (is) => result.setAttribute("aria-busy", String(is));
document.body.addEventListener("htmx:beforeRequest", () => busy(true));
document.body.addEventListener("htmx:afterRequest", () => busy(false));
