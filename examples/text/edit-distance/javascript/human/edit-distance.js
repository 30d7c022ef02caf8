import { distance } from "fastest-levenshtein";

/**
 * How many code points have to be inserted, deleted or replaced to turn one text into the other, by fastest-levenshtein.
 *
 * @param {string} first
 * @param {string} second with the first at most 65,536 different code points
 * @returns {number}
 * @throws {TypeError} if an argument is no string
 */
export function editDistance(first, second) {
  for (const text of [first, second]) {
    if (typeof text !== "string") throw new TypeError(`${typeof text} is no string`);
  }
  // The package counts UTF-16 units, so each code point is given a unit of its own.
  const units = new Map();
  const inUnits = (text) => {
    let result = "";
    for (const character of text) {
      if (!units.has(character)) units.set(character, String.fromCharCode(units.size));
      result += units.get(character);
    }
    return result;
  };
  return distance(inUnits(first), inUnits(second));
}
