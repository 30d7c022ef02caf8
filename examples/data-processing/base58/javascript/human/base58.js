import bs58 from "bs58";

const NO_DIGIT = /[^1-9A-HJ-NP-Za-km-z]/u;

/** Says which character of a text is not in the alphabet, and where it stands, counted from 0. */
export class InvalidCharacterError extends Error {
  name = "InvalidCharacterError";

  /**
   * @param {string} character one whole code point
   * @param {number} position
   */
  constructor(character, position) {
    const codePoint = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    super(`not a Base58 character: U+${codePoint} at position ${position}`);
    this.character = character;
    this.position = position;
  }
}

/**
 * Returns the Base58 text of the bytes.
 *
 * @param {Uint8Array} data
 * @returns {string}
 */
export function encode(data) {
  return bs58.encode(data);
}

/**
 * Returns the bytes of a Base58 text; throws an InvalidCharacterError for the first character outside the alphabet.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function decode(text) {
  const bad = NO_DIGIT.exec(text);
  if (bad !== null) throw new InvalidCharacterError(bad[0], bad.index);
  return bs58.decode(text);
}
