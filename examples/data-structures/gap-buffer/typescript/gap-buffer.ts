interface Edit {
  readonly kind: "insertion" | "deletion";
  readonly position: number;
  readonly cursorBefore: number;
  /** What was inserted or deleted. */
  readonly points: Uint32Array;
}

type Step = readonly Edit[];

/** The text is not well-formed: it has a lone surrogate. */
export class InvalidTextError extends Error {
  override readonly name = "InvalidTextError";
}

/** The operation is not possible now, because a group is open or none is. */
export class WrongStateError extends Error {
  override readonly name = "WrongStateError";
}

/**
 * The text of an editor with its cursor and history. Positions, lengths and counts are in code points, not in the
 * UTF-16 code units of strings. An operation that throws changes nothing.
 */
export class GapBuffer {
  readonly #maxSteps: number;
  #points = new Uint32Array(16);
  #gapStart = 0;
  #gapEnd = this.#points.length;
  #undoable: Step[] = [];
  #redoable: Step[] = [];
  #openStep: Edit[] = [];
  #groupDepth = 0;

  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  get length(): number {
    return this.#points.length - (this.#gapEnd - this.#gapStart);
  }

  get cursor(): number {
    return this.#gapStart;
  }

  /**
   * Inserts at the cursor, which is behind the text then.
   *
   * @throws {InvalidTextError} if the text has a lone surrogate
   */
  insert(text: string): void {
    if (/\p{Surrogate}/u.test(text)) throw new InvalidTextError("the text has a lone surrogate");
    const points = Uint32Array.from(text, (character) => character.codePointAt(0)!);
    this.#edit({ kind: "insertion", position: this.cursor, cursorBefore: this.cursor, points });
  }

  /** @throws {RangeError} if there are not so many code points before the cursor */
  deleteBefore(count: number): void {
    requireWithin(count, this.cursor);
    this.#delete(this.cursor - count, count);
  }

  /** @throws {RangeError} if there are not so many code points behind the cursor */
  deleteAfter(count: number): void {
    requireWithin(count, this.length - this.cursor);
    this.#delete(this.cursor, count);
  }

  /** @throws {RangeError} if the position is not in the text */
  moveTo(position: number): void {
    requireWithin(position, this.length);
    this.#moveGap(position);
  }

  /**
   * Returns the text between two positions.
   *
   * @throws {RangeError} if they are not in the text and in order
   */
  read(start: number, end: number): string {
    requireWithin(end, this.length);
    requireWithin(start, end);
    const points = this.#copy(start, end);
    let text = "";
    // Arguments lie on the stack, so there may not be too many at once.
    for (let i = 0; i < points.length; i += 4096) text += String.fromCodePoint(...points.subarray(i, i + 4096));
    return text;
  }

  /** Makes one step of everything up to the end of the group; of nested groups the outermost counts. */
  beginGroup(): void {
    this.#groupDepth += 1;
  }

  /** @throws {WrongStateError} if no group is open */
  endGroup(): void {
    if (this.#groupDepth === 0) throw new WrongStateError("no group is open");
    this.#groupDepth -= 1;
    this.#completeStep();
  }

  /**
   * Takes back a step and returns whether there was one.
   *
   * @throws {WrongStateError} if a group is open
   */
  undo(): boolean {
    this.#requireNoGroup();
    const step = this.#undoable.pop();
    if (step === undefined) return false;
    for (const edit of step.toReversed()) {
      if (edit.kind === "insertion") this.#takeOut(edit);
      else this.#putIn(edit);
    }
    this.#moveGap(step[0].cursorBefore);
    this.#redoable.push(step);
    return true;
  }

  /**
   * Does the step that was undone last again and returns whether there was one.
   *
   * @throws {WrongStateError} if a group is open
   */
  redo(): boolean {
    this.#requireNoGroup();
    const step = this.#redoable.pop();
    if (step === undefined) return false;
    for (const edit of step) this.#apply(edit);
    this.#undoable.push(step);
    return true;
  }

  #requireNoGroup(): void {
    if (this.#groupDepth > 0) throw new WrongStateError("a group is open");
  }

  #delete(position: number, count: number): void {
    const points = this.#copy(position, position + count);
    this.#edit({ kind: "deletion", position, cursorBefore: this.cursor, points });
  }

  #edit(edit: Edit): void {
    if (edit.points.length === 0) return;
    this.#apply(edit);
    this.#redoable = [];
    this.#openStep.push(edit);
    this.#completeStep();
  }

  /** Unless a group is open or nothing was edited. */
  #completeStep(): void {
    if (this.#groupDepth > 0 || this.#openStep.length === 0) return;
    this.#undoable.push(this.#openStep);
    this.#openStep = [];
    if (this.#undoable.length > this.#maxSteps) this.#undoable.shift();
  }

  #apply(edit: Edit): void {
    if (edit.kind === "insertion") this.#putIn(edit);
    else this.#takeOut(edit);
  }

  #putIn({ position, points }: Edit): void {
    this.#moveGap(position);
    this.#reserve(points.length);
    this.#points.set(points, this.#gapStart);
    this.#gapStart += points.length;
  }

  #takeOut({ position, points }: Edit): void {
    this.#moveGap(position);
    this.#gapEnd += points.length;
  }

  #moveGap(position: number): void {
    const distance = position - this.#gapStart;
    if (distance < 0) this.#points.copyWithin(this.#gapEnd + distance, position, this.#gapStart);
    else this.#points.copyWithin(this.#gapStart, this.#gapEnd, this.#gapEnd + distance);
    this.#gapStart += distance;
    this.#gapEnd += distance;
  }

  #reserve(count: number): void {
    if (this.#gapEnd - this.#gapStart >= count) return;
    const points = new Uint32Array(2 * (this.length + count));
    const behind = this.#points.subarray(this.#gapEnd);
    points.set(this.#points.subarray(0, this.#gapStart));
    points.set(behind, points.length - behind.length);
    this.#gapEnd = points.length - behind.length;
    this.#points = points;
  }

  #copy(start: number, end: number): Uint32Array {
    const middle = Math.min(Math.max(this.#gapStart, start), end);
    const gap = this.#gapEnd - this.#gapStart;
    const points = new Uint32Array(end - start);
    points.set(this.#points.subarray(start, middle));
    points.set(this.#points.subarray(middle + gap, end + gap), middle - start);
    return points;
  }
}

/** Not a number and fractions are never within. */
function requireWithin(value: number, greatest: number): void {
  if (!Number.isInteger(value) || value < 0 || value > greatest) {
    throw new RangeError(`${value} is not a whole number from 0 to ${greatest}`);
  }
}
