/**
 * Returns the names in a new list, the numbers in them ordered by value, case ignored.
 *
 * @param {string[]} names
 * @returns {string[]}
 * @throws {TypeError} an item is not a string
 */
export function naturalSort(names) {
  // Not forEach, which would skip the holes of a sparse array.
  for (const [index, name] of names.entries()) {
    if (typeof name !== "string") throw new TypeError(`item ${index} is ${name === null ? "null" : typeof name}, not a string`);
  }
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
      : { isNumber: false, text: foldCase(part) },
  );
}

/** Lower case by way of upper case, since `σ` and `ς` are the same letter only there; at the end of a word Σ becomes `ς`. */
function foldCase(text) {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
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
