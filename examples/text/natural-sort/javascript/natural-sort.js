/**
 * Returns the names in a new list, the numbers in them ordered by value, case ignored.
 *
 * @param {string[]} names
 * @returns {string[]}
 * @throws {TypeError} an item is not a string
 */
export function naturalSort(names) {
  names.forEach((name, index) => {
    if (typeof name !== "string") throw new TypeError(`item ${index} is ${name === null ? "null" : typeof name}, not a string`);
  });
  return names
    .map((name) => ({ name, parts: partsOf(name) }))
    .sort((a, b) => compareParts(a.parts, b.parts) || compareText(a.name, b.name))
    .map(({ name }) => name);
}

/** Splits a name into numbers, without their leading zeros, and the text between them. */
function partsOf(name) {
  return (name.match(/[0-9]+|[^0-9]+/g) ?? []).map((part) =>
    /^[0-9]/.test(part)
      ? { isNumber: true, text: part.replace(/^0+/, "") }
      : { isNumber: false, text: part.toLowerCase() },
  );
}

function compareParts(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = comparePart(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function comparePart(a, b) {
  if (a.isNumber !== b.isNumber) return a.isNumber ? -1 : 1;
  // Longer numbers are greater, so no conversion is needed: Number loses digits beyond 2 ** 53.
  if (a.isNumber && a.text.length !== b.text.length) return a.text.length - b.text.length;
  return compareText(a.text, b.text);
}

/** By code points; `<` would compare UTF-16 units and put emoji before U+FFFD. */
function compareText(a, b) {
  let i = 0;
  while (i < a.length && i < b.length) {
    const left = a.codePointAt(i);
    const right = b.codePointAt(i);
    if (left !== right) return left - right;
    i += left > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
}
