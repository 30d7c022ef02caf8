// Base58 encoding and decoding with the Bitcoin alphabet (no checksum).

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE = ALPHABET.length;
const ZERO = ALPHABET[0];
const DIGIT_OF = new Map(Array.from(ALPHABET, (character, digit) => [character, digit]));

/** A text to decode has a character outside the Base58 alphabet. */
export class InvalidCharacterError extends Error {
  /**
   * @param {string} character the whole code point
   * @param {number} position counted from 0
   */
  constructor(character, position) {
    super(`invalid Base58 character ${JSON.stringify(character)} at position ${position}`);
    this.name = 'InvalidCharacterError';
    this.character = character;
    this.position = position;
  }
}

/**
 * Returns the Base58 text for the bytes.
 *
 * @param {Uint8Array} data
 * @returns {string}
 */
export function encode(data) {
  let zeros = 0;
  while (zeros < data.length && data[zeros] === 0) {
    zeros++;
  }

  const digits = []; // base 58, least significant first
  for (let i = zeros; i < data.length; i++) {
    let carry = data[i];
    for (let j = 0; j < digits.length; j++) {
      carry += digits[j] * 256;
      digits[j] = carry % BASE;
      carry = Math.floor(carry / BASE);
    }
    while (carry > 0) {
      digits.push(carry % BASE);
      carry = Math.floor(carry / BASE);
    }
  }

  let text = ZERO.repeat(zeros);
  for (let j = digits.length - 1; j >= 0; j--) {
    text += ALPHABET[digits[j]];
  }
  return text;
}

/**
 * Returns the bytes that the Base58 text stands for.
 *
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {InvalidCharacterError} for the first character outside the alphabet
 */
export function decode(text) {
  const bytes = []; // least significant first
  for (let position = 0; position < text.length; position++) {
    const digit = DIGIT_OF.get(text[position]);
    if (digit === undefined) {
      // All characters before this one are ASCII, so the index in UTF-16 units
      // is also the number of characters before it.
      throw new InvalidCharacterError(String.fromCodePoint(text.codePointAt(position)), position);
    }
    let carry = digit;
    for (let j = 0; j < bytes.length; j++) {
      carry += bytes[j] * BASE;
      bytes[j] = carry & 0xff;
      carry >>= 8;
    }
    if (carry > 0) {
      bytes.push(carry); // always below 58
    }
  }

  let zeros = 0;
  while (zeros < text.length && text[zeros] === ZERO) {
    zeros++;
  }

  const data = new Uint8Array(zeros + bytes.length);
  data.set(bytes.reverse(), zeros);
  return data;
}
