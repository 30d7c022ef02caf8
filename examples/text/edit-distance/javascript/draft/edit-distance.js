/**
 * The code points of a text. Iterating a string yields whole code points, not
 * UTF-16 units.
 *
 * @param {string} text
 * @returns {Uint32Array}
 */
function codePoints(text) {
  const points = new Uint32Array(text.length);
  let count = 0;
  for (const character of text) {
    points[count++] = character.codePointAt(0);
  }
  return points.subarray(0, count);
}

/**
 * The Levenshtein distance: the smallest number of insertions, deletions and
 * replacements of one code point that turn `first` into `second`. Memory use
 * is linear in the lengths of the texts.
 *
 * @param {string} first
 * @param {string} second
 * @returns {number}
 */
export function editDistance(first, second) {
  let longer = codePoints(first);
  let shorter = codePoints(second);
  // The distance is symmetric, so the row can follow the shorter text.
  if (longer.length < shorter.length) {
    [longer, shorter] = [shorter, longer];
  }

  // A common prefix and a common suffix never need an edit.
  let start = 0;
  let longerEnd = longer.length;
  let shorterEnd = shorter.length;
  while (start < shorterEnd && longer[start] === shorter[start]) {
    start++;
  }
  while (shorterEnd > start && longer[longerEnd - 1] === shorter[shorterEnd - 1]) {
    longerEnd--;
    shorterEnd--;
  }
  longer = longer.subarray(start, longerEnd);
  shorter = shorter.subarray(start, shorterEnd);
  if (shorter.length === 0) {
    return longer.length;
  }

  // row[j] is the distance from the part of `longer` read so far to the first
  // j characters of `shorter`.
  const width = shorter.length;
  const row = new Uint32Array(width + 1);
  for (let j = 0; j <= width; j++) {
    row[j] = j;
  }
  for (let i = 1; i <= longer.length; i++) {
    const a = longer[i - 1];
    let diagonal = i - 1;
    let left = i;
    row[0] = i;
    for (let j = 1; j <= width; j++) {
      const above = row[j];
      if (a === shorter[j - 1]) {
        left = diagonal;
      } else {
        if (above < left) {
          left = above;
        }
        if (diagonal < left) {
          left = diagonal;
        }
        left++;
      }
      row[j] = left;
      diagonal = above;
    }
  }
  return row[width];
}
