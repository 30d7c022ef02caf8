// Rows of the table that are done together, with a bit for each.
const ROWS = 32;

// For each code point in these rows, by open addressing: where it stands. There are more slots than rows, so a search ends
// at a free one, and as many as ASCII has code points, so these never collide.
const SLOTS = 128;
const keys = new Int32Array(SLOTS);
const positions = new Int32Array(SLOTS);

/**
 * How many code points have to be inserted, deleted or replaced to turn one text into the other.
 *
 * @param {string} first
 * @param {string} second
 * @returns {number}
 * @throws {TypeError} if an argument is no string
 */
export function editDistance(first, second) {
  for (const text of [first, second]) {
    if (typeof text !== "string") throw new TypeError(`${typeof text} is no string`);
  }
  let [longer, shorter] = withoutCommonEnds(codePoints(first), codePoints(second));
  if (longer.length < shorter.length) [longer, shorter] = [shorter, longer];

  // The last row so far of the table of distances, as differences between neighbours. In the first row they are 1.
  const steps = new Int8Array(shorter.length).fill(1);
  for (let start = 0; start < longer.length; start += ROWS) {
    goDown(steps, longer.subarray(start, start + ROWS), shorter);
  }
  return steps.reduce((distance, step) => distance + step, longer.length);
}

function codePoints(text) {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; count += 1) {
    points[count] = text.codePointAt(at);
    at += points[count] > 0xffff ? 2 : 1;
  }
  return points.subarray(0, count);
}

function withoutCommonEnds(first, second) {
  let start = 0;
  while (start < first.length && first[start] === second[start]) start += 1;
  let [firstEnd, secondEnd] = [first.length, second.length];
  while (Math.min(firstEnd, secondEnd) > start && first[firstEnd - 1] === second[secondEnd - 1]) {
    firstEnd -= 1;
    secondEnd -= 1;
  }
  return [first.subarray(start, firstEnd), second.subarray(start, secondEnd)];
}

/** Turns the steps in the row above a block of rows into those in its last row, a column at a time. */
function goDown(steps, block, text) {
  positions.fill(0);
  block.forEach((point, row) => {
    const slot = slotOf(point);
    keys[slot] = point;
    positions[slot] |= 1 << row;
  });
  const last = block.length - 1;

  // The rows whose distance is one more, or one less, than that of the row above.
  let higher = -1;
  let lower = 0;
  for (let column = 0; column < text.length; column += 1) {
    // The signs of the step above, as one bit each.
    const rise = -steps[column] >>> 31;
    const fall = steps[column] >>> 31;
    const equal = positions[slotOf(text[column])] | fall;
    // Where the distance is that of the row above in the column before.
    const same = (((equal & higher) + higher) ^ higher) | equal | lower;
    // Where it is one more, or one less, than in the column before.
    let up = lower | ~(same | higher);
    let down = same & higher;
    steps[column] = ((up >>> last) & 1) - ((down >>> last) & 1);
    up = (up << 1) | rise;
    down = (down << 1) | fall;
    higher = down | ~(same | up);
    lower = up & same;
  }
}

/** The slot of a code point, or the free one that it would take. */
function slotOf(point) {
  let slot = point % SLOTS;
  while (positions[slot] !== 0 && keys[slot] !== point) slot = (slot + 1) % SLOTS;
  return slot;
}
