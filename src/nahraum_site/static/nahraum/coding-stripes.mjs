// Stripes in the margin: one for each coding that is on the screen, with the name of its category where there is room.
const WIDE = 6;
const GAP = 3;
const DASHES = [[], [9, 4], [2, 3], [14, 3, 3, 3]]; // so that colours are not all that tells stripes apart

export class Stripes {
  constructor(canvas, text, { codings, number, name, picked }) {
    Object.assign(this, { canvas, text, codings, number, name });
    this.colours = new Map();
    this.drawn = [];
    canvas.hidden = false;
    document.addEventListener("scroll", () => this.soon(), { passive: true, capture: true });
    window.addEventListener("resize", () => this.soon());
    new ResizeObserver(() => this.soon()).observe(text.root);
    new MutationObserver(() => { this.colours.clear(); this.soon(); }).observe(document.documentElement, { attributes: true });
    canvas.addEventListener("click", (event) => {
      const hit = this.drawn.find((each) => Math.abs(event.offsetX - each.x - WIDE / 2) <= WIDE && event.offsetY >= each.top && event.offsetY <= each.bottom);
      if (hit) picked(hit.coding);
    });
    this.soon();
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  colour(number) {
    if (!this.colours.has(number)) {
      const probe = document.createElement("span");
      probe.className = `k${number} probe`;
      this.canvas.after(probe);
      this.colours.set(number, getComputedStyle(probe).color);
      probe.remove();
    }
    return this.colours.get(number);
  }

  draw() {
    const box = this.text.root.getBoundingClientRect();
    const top = Math.max(0, -box.top);
    const height = Math.min(window.innerHeight, box.height - top, box.bottom);
    const width = this.canvas.clientWidth;
    if (height <= 0 || !width) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.style.top = `${top}px`;
    this.canvas.style.height = `${height}px`;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(this.text.root);
    pen.font = `12px ${style.fontFamily}`;
    this.drawn = this.lay(box.top + top, height, width);
    this.named = [];
    for (const each of this.drawn) this.stripe(pen, each, style.color);
  }

  // codings on the screen with their place in the margin
  lay(above, height, width) {
    const visible = this.visible(above, above + height);
    const lanes = [];
    const most = Math.max(2, Math.floor((width > 80 ? width / 2 : width) / (WIDE + GAP)));
    const found = [];
    for (const coding of visible.codings) {
      const from = coding.start <= visible.start ? 0 : this.edge(coding.start, coding.start + 1).top - above;
      const until = coding.end >= visible.end ? height : this.edge(coding.end - 1, coding.end).bottom - above;
      let lane = lanes.findIndex((end) => end <= from);
      if (lane < 0) lane = lanes.length < most ? lanes.length : most - 1;
      lanes[lane] = Math.max(lanes[lane] ?? 0, until);
      found.push({ coding, x: width - (lane + 1) * (WIDE + GAP), top: from + 1, bottom: Math.max(from + 4, until - 1), begins: coding.start >= visible.start });
    }
    return found;
  }

  visible(above, below) {
    const { lines, starts } = this.text;
    const boxes = (n) => lines[n].getBoundingClientRect();
    let [low, high] = [0, lines.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boxes(middle).bottom < above) low = middle + 1;
      else high = middle;
    }
    let last = low;
    while (last + 1 < lines.length && boxes(last + 1).top < below) last += 1;
    const [start, end] = [starts[low], this.text.endOf(last)];
    const codings = this.codings().filter((each) => each.start < end && each.end > start);
    return { start, end, codings: codings.sort((one, other) => one.start - other.start || other.end - one.end) };
  }

  edge(start, end) {
    return this.text.range(start, end).getBoundingClientRect();
  }

  stripe(pen, { coding, x, top, bottom, begins }, ink) {
    const number = this.number(coding);
    pen.strokeStyle = this.colour(number);
    pen.lineWidth = WIDE;
    pen.setLineDash(DASHES[Math.max(0, number) % DASHES.length]);
    pen.beginPath();
    pen.moveTo(x + WIDE / 2, top);
    pen.lineTo(x + WIDE / 2, bottom);
    pen.stroke();
    const room = Math.min(...this.drawn.map((each) => each.x)) - 6;
    if (!begins || room < 40 || this.named.some((at) => Math.abs(at - top) < 14)) return;
    this.named.push(top);
    pen.fillStyle = ink;
    pen.textAlign = "right";
    pen.fillText(shortened(pen, this.name(coding), room), room, top + 11);
  }
}

function shortened(pen, name, room) {
  let words = name;
  while (words.length > 1 && pen.measureText(words === name ? words : `${words}…`).width > room) words = words.slice(0, -1);
  return words === name ? words : `${words}…`;
}
