const BOUND = 2 ** 52;

/** The integers from `start` up to, but without, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A set of integers: its fewest ranges, ascending. It and its ranges are frozen. */
export type RangeSet = readonly Range[];

/** A range has its start after its end, or a start or end that is no integer within ±2⁵². */
export class InvalidRangeError extends RangeError {
  override readonly name = "InvalidRangeError";
  /** The position in the list, from 0. */
  readonly index: number;

  constructor(index: number) {
    super(`range ${index} is invalid`);
    this.index = index;
  }
}

/**
 * Makes a set of ranges in any order.
 *
 * @throws {InvalidRangeError}
 */
export function rangeSet(ranges: readonly Range[]): RangeSet {
  const wrong = ranges.findIndex(({ start, end }) => !isBound(start) || !isBound(end) || start > end);
  if (wrong >= 0) {
    throw new InvalidRangeError(wrong);
  }
  return frozen(joined(ranges.toSorted((a, b) => a.start - b.start)));
}

export function union(a: RangeSet, b: RangeSet): RangeSet {
  return frozen(joined(merged(a, b)));
}

export function intersection(a: RangeSet, b: RangeSet): RangeSet {
  return frozen(overlaps(a, b));
}

/** What is in `a` and not in `b`. */
export function difference(a: RangeSet, b: RangeSet): RangeSet {
  return frozen(overlaps(a, [...gaps(b)]));
}

/** How many integers there are. */
export function size(set: RangeSet): number {
  return set.reduce((sum, { start, end }) => sum + (end - start), 0);
}

export function contains(set: RangeSet, value: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (set[middle].end <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Number.isInteger(value) && low < set.length && set[low].start <= value;
}

function isBound(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= BOUND;
}

function frozen(ranges: Iterable<Range>): RangeSet {
  // Adding 0 turns -0 into 0.
  return Object.freeze(Array.from(ranges, ({ start, end }) => Object.freeze({ start: start + 0, end: end + 0 })));
}

/** Both by their starts. */
function* merged(a: RangeSet, b: RangeSet): Generator<Range> {
  let next = 0;
  for (const range of a) {
    while (next < b.length && b[next].start < range.start) {
      yield b[next++];
    }
    yield range;
  }
  yield* b.slice(next);
}

/** Ranges in the order of their starts with those that overlap or touch made one, and without empty ones. */
function* joined(ranges: Iterable<Range>): Generator<Range> {
  let current: Range | undefined;
  for (const range of ranges) {
    if (range.start === range.end) {
      continue;
    }
    if (current !== undefined && range.start <= current.end) {
      current = { start: current.start, end: Math.max(current.end, range.end) };
      continue;
    }
    if (current !== undefined) {
      yield current;
    }
    current = range;
  }
  if (current !== undefined) {
    yield current;
  }
}

/** What each range of one has in common with each of the other; neither has ranges that overlap. */
function* overlaps(a: readonly Range[], b: readonly Range[]): Generator<Range> {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const start = Math.max(a[i].start, b[j].start);
    const end = Math.min(a[i].end, b[j].end);
    if (start < end) {
      yield { start, end };
    }
    if (a[i].end === end) {
      i++;
    } else {
      j++;
    }
  }
}

/** What a set leaves out between −∞ and ∞. */
function* gaps(set: RangeSet): Generator<Range> {
  let start = -Infinity;
  for (const range of set) {
    yield { start, end: range.start };
    start = range.end;
  }
  yield { start, end: Infinity };
}
