// A recording beside its transcript: each time in the text plays from there, and the line that is heard is marked.
const sound = document.querySelector(".recording audio");
const said = document.getElementById("abspielen").content.textContent;
const places = [...document.querySelectorAll("[data-at]")];

for (const place of places) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = place.textContent;
  button.setAttribute("aria-label", said.replace("{time}", place.textContent));
  button.addEventListener("click", () => {
    sound.currentTime = Number(place.dataset.at) / 1000;
    sound.play();
  });
  place.replaceChildren(button);
}

let heard = null;
sound.addEventListener("timeupdate", () => {
  const line = places.filter((each) => Number(each.dataset.at) <= sound.currentTime * 1000).at(-1)?.closest("li") ?? null;
  if (line === heard) return;
  heard?.removeAttribute("aria-current");
  line?.setAttribute("aria-current", "true");
  heard = line;
});
