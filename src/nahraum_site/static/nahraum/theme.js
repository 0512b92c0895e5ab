// Light or dark: the visitor's own choice, else what the device asks for. Runs before the first paint.
(() => {
  "use strict";
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("nahraum-theme"); } catch { return null; } };
  const dark = () => (chosen() ? chosen() === "dark" : device.matches);
  const apply = () => {
    root.dataset.kernTheme = dark() ? "dark" : "light";
    const button = document.getElementById("theme");
    if (button) { button.hidden = false; button.textContent = dark() ? button.dataset.light : button.dataset.dark; }
    document.dispatchEvent(new CustomEvent("nahraum:theme"));
  };
  apply();
  device.addEventListener("change", apply);
  window.addEventListener("storage", apply); // chosen in another window, or around a frame
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme")?.addEventListener("click", () => {
      try { localStorage.setItem("nahraum-theme", dark() ? "light" : "dark"); } catch { /* private windows keep nothing */ }
      apply();
    });
  });
})();
