// What a step makes of a coding, and steps that take others back where no server can: on the way.
// A row is [uuid, category, start, end, coder, quotation, removed], as the server tells it.
const changed = (row, column, value) => row.map((each, n) => (n === column ? Number(value) : each));

// the row after a step; undefined where it touches none that is known
export function after(row, wish) {
  if (wish.kind === "make") return row ?? [wish.coding, wish.category, wish.start, wish.end, 0, Number(Boolean(wish.quotation)), 0];
  if (!row) return undefined;
  if (wish.kind === "remove" || wish.kind === "restore") return changed(row, 6, wish.kind === "remove");
  return wish.kind === "change" ? changed(row, 5, wish.quotation) : undefined;
}

// rows by uuid after steps that were not sent yet
export function standing(rows, wishes) {
  const found = new Map(rows.map((row) => [row[0], row]));
  for (const wish of wishes) {
    const row = after(found.get(wish.coding), wish);
    if (row) found.set(row[0], row);
  }
  return found;
}

// The opposite step names its coding: were it "undo", the server might take back another one where a step was refused.
export class History {
  constructor() {
    this.undo = [];
    this.redo = [];
  }

  note(wish, before) {
    if (wish.back === "undo") this.redo.push(this.undo.pop());
    else if (wish.back === "redo") this.undo.push(this.redo.pop());
    else {
      this.undo.push([wish, before]);
      this.redo = [];
    }
  }

  // the step that takes the last one back, or does it again; null if there is none
  back(kind) {
    const last = this[kind].at(-1);
    if (!last) return null;
    const [{ kind: done, coding, quotation }, before] = last;
    if (done === "change") return { kind: "change", coding, quotation: kind === "undo" ? Boolean(before[5]) : quotation, back: kind };
    return { kind: (done === "remove") === (kind === "undo") ? "restore" : "remove", coding, back: kind };
  }

  get possible() {
    return { undo: this.undo.length > 0, redo: this.redo.length > 0 };
  }
}
