// Show what needs a script, and say in words when a passkey was not used (allauth only writes it to the console).
(() => {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-needs-script]").forEach((each) => { each.hidden = false; });
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const words = document.getElementById("passkey-failed");
    words.hidden = false;
    words.scrollIntoView({ block: "nearest" });
  });
})();
