// What lies beside a text that is coded: an area of the photograph selects its line, the recording plays from a place.
export function lookAndListen({ text, times, jump, place }) {
  for (const area of document.querySelectorAll("#foto a")) {
    area.addEventListener("click", (event) => {
      event.preventDefault();
      const start = Number(area.dataset.start);
      jump({ start, end: start + Number(area.dataset.length) });
    });
  }
  const sound = document.querySelector(".recording audio");
  const button = document.getElementById("ab-hier");
  if (!sound || !times.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    sound.currentTime = (times.filter(([start]) => start <= place()).at(-1) ?? times[0])[1] / 1000;
    sound.play();
  });
  let heard = null;
  sound.addEventListener("timeupdate", () => {
    const [start] = times.filter(([, ms]) => ms <= sound.currentTime * 1000).at(-1) ?? [];
    const line = start === undefined ? null : text.lines[text.lineOf(start)];
    if (line === heard) return;
    heard?.removeAttribute("aria-current");
    line?.setAttribute("aria-current", "true");
    heard = line;
  });
}
