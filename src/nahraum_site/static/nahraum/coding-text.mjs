// The text on the page: where something stands in it, in code points as the server counts, and how its lines are drawn.
const HIDDEN = { "\0": "\u2400", "\r": "\u240d" };
export const DEEPEST = 3;

export const points = (words) => {
  let count = 0;
  for (const _ of words) count += 1;
  return count;
};
// the UTF-16 offset of a code point: what the browser's selections count in
const units = (words, place) => {
  let at = 0;
  for (let n = 0; n < place && at < words.length; n += 1) at += words.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
};

export class CodedText {
  constructor(root) {
    this.root = root;
    this.lines = [...root.children];
    this.starts = this.lines.map((line) => Number(line.dataset.s));
    this.signs = Array.from(this.lines.map((line) => line.textContent).join("\n"));
  }

  get length() {
    return this.signs.length;
  }

  words(start, end) {
    return this.signs.slice(start, end).join("");
  }

  // number of the line, from 0, in which a place lies
  lineOf(place) {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  endOf(line) {
    return line + 1 < this.starts.length ? this.starts[line + 1] - 1 : this.length;
  }

  placeOf(node, offset) {
    if (node === this.root) return offset < this.lines.length ? this.starts[offset] : this.length;
    const line = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".line");
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEnd(node, offset);
    return Number(line.dataset.s) + points(range.toString());
  }

  // the node and the offset in it at which a place lies
  at(place) {
    const number = this.lineOf(place);
    const line = this.lines[number];
    let rest = place - this.starts[number];
    for (const piece of line.children) {
      const words = piece.firstChild;
      if (!words) continue;
      const count = points(words.data);
      if (rest <= count) return [words, units(words.data, rest)];
      rest -= count;
    }
    return [line, 0];
  }

  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.at(start));
    range.setEnd(...this.at(end));
    return range;
  }

  // [start, end] of what is selected in the text, without line ends around it; null if nothing of it is
  selected() {
    const chosen = window.getSelection();
    if (!chosen.anchorNode || !this.root.contains(chosen.anchorNode) || !this.root.contains(chosen.focusNode)) return null;
    const places = [this.placeOf(chosen.anchorNode, chosen.anchorOffset), this.placeOf(chosen.focusNode, chosen.focusOffset)];
    let [start, end] = places.sort((one, other) => one - other);
    if (start === end) return [start, end];
    while (start < end && this.signs[start] === "\n") start += 1;
    while (end > start && this.signs[end - 1] === "\n") end -= 1;
    return [start, end];
  }

  select(start, end) {
    window.getSelection().setBaseAndExtent(...this.at(start), ...this.at(end));
  }

  // draw anew the lines that a stretch touches; what is selected stays selected
  redraw(start, end, codings, number) {
    const chosen = this.selected();
    const last = this.lineOf(Math.max(start, end - 1));
    for (let line = this.lineOf(start); line <= last; line += 1) this.draw(line, codings, number);
    if (chosen) this.select(...chosen);
  }

  draw(line, codings, number) {
    const [start, end] = [this.starts[line], this.endOf(line)];
    const here = codings.filter((each) => each.start < end && each.end > start);
    const cuts = [...new Set([start, end, ...here.flatMap((each) => [each.start, each.end])])].filter((at) => at >= start && at <= end).sort((one, other) => one - other);
    const pieces = cuts.slice(0, -1).map((from, n) => this.piece(from, cuts[n + 1], here, number));
    this.lines[line].replaceChildren(...(pieces.length ? pieces : [document.createElement("br")]));
  }

  piece(from, until, here, number) {
    const over = here.filter((each) => each.start <= from && each.end >= until);
    const piece = document.createElement("span");
    if (over.length) {
      const top = over.reduce((one, other) => (other.end - other.start < one.end - one.start ? other : one));
      piece.className = `c n${Math.min(over.length, DEEPEST)} k${number(top)}`;
    }
    piece.textContent = this.words(from, until).replace(/[\0\r]/g, (sign) => HIDDEN[sign]);
    return piece;
  }
}
