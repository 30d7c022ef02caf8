const BOUND = 2 ** 52;

/** A range has its start after its end, or a start or end that is no integer within ±2⁵². */
export class InvalidRangeError extends RangeError {
  name = "InvalidRangeError";

  /** @param {number} index the position in the list, from 0 */
  constructor(index) {
    super(`range ${index} is invalid`);
    this.index = index;
  }
}

/**
 * An immutable set of integers.
 *
 * @typedef {[start: number, end: number]} Range with its start and without its end
 */
export class RangeSet {
  /** All starts and ends, strictly ascending: at an even index the set begins, at an odd one it ends. */
  #turns;

  /**
   * @param {Iterable<Range>} ranges in any order
   * @throws {InvalidRangeError}
   */
  constructor(ranges = []) {
    const list = [...ranges];
    const wrong = list.findIndex(([start, end]) => !isBound(start) || !isBound(end) || start > end);
    if (wrong >= 0) {
      throw new InvalidRangeError(wrong);
    }
    // How many more ranges begin than end at each place where any does.
    const changes = new Map();
    for (const [start, end] of list) {
      changes.set(start, (changes.get(start) ?? 0) + 1);
      changes.set(end, (changes.get(end) ?? 0) - 1);
    }
    const places = [...changes.keys()].sort((a, b) => a - b);
    this.#turns = [];
    let open = 0;
    for (const place of places) {
      const before = open;
      open += changes.get(place);
      if (before > 0 !== open > 0) {
        this.#turns.push(place);
      }
    }
  }

  /** @returns {Range[]} the fewest, ascending */
  get ranges() {
    return Array.from({ length: this.#turns.length / 2 }, (_, i) => [this.#turns[2 * i], this.#turns[2 * i + 1]]);
  }

  /** How many integers there are. */
  get size() {
    return this.ranges.reduce((sum, [start, end]) => sum + (end - start), 0);
  }

  /** @param {number} value */
  contains(value) {
    return Number.isInteger(value) && turnsUpTo(this.#turns, value) % 2 === 1;
  }

  /** @param {RangeSet} other */
  union(other) {
    return this.#combine(other, (mine, others) => mine || others);
  }

  /** @param {RangeSet} other */
  intersection(other) {
    return this.#combine(other, (mine, others) => mine && others);
  }

  /** @param {RangeSet} other */
  difference(other) {
    return this.#combine(other, (mine, others) => mine && !others);
  }

  /** The integers for which `keep` is true, given whether they are in this set and in the other one. */
  #combine(other, keep) {
    const result = new RangeSet();
    let inside = false;
    for (let i = 0, j = 0; i < this.#turns.length || j < other.#turns.length; ) {
      const place = Math.min(this.#turns[i] ?? Infinity, other.#turns[j] ?? Infinity);
      i += Number(this.#turns[i] === place);
      j += Number(other.#turns[j] === place);
      if (keep(i % 2 === 1, j % 2 === 1) !== inside) {
        inside = !inside;
        result.#turns.push(place);
      }
    }
    return result;
  }
}

function isBound(value) {
  return Number.isInteger(value) && Math.abs(value) <= BOUND;
}

/** How many of the ascending turns are not beyond the value. */
function turnsUpTo(turns, value) {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (turns[middle] <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
