import { Buffer } from "node:buffer";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE = ALPHABET.length;
const ZERO = ALPHABET[0];
const LEADING_ZEROS = new RegExp(`^${ZERO}*`);
const NO_DIGIT = new RegExp(`[^${ALPHABET}]`, "u");
const DIGITS = new Uint8Array(128); // by the character's code
for (let digit = 0; digit < BASE; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

// So many digits are taken from the long number or put to it at a time; what they stand for is a safe integer.
const CHUNK_DIGITS = 9;
const CHUNK = BigInt(BASE ** CHUNK_DIGITS);

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
  const digits = []; // the last ones first
  for (let number = toNumber(data); number > 0n; number /= CHUNK) {
    let chunk = Number(number % CHUNK);
    for (let i = 0; i < CHUNK_DIGITS; i++) {
      const rest = Math.floor(chunk / BASE);
      digits.push(ALPHABET[chunk - rest * BASE]);
      chunk = rest;
    }
  }
  let zeros = 0;
  while (data[zeros] === 0) zeros++;
  return ZERO.repeat(zeros) + digits.reverse().join("").replace(LEADING_ZEROS, "");
}

/**
 * Returns the bytes of a Base58 text; throws an InvalidCharacterError for the first character outside the alphabet.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function decode(text) {
  const bad = NO_DIGIT.exec(text);
  // All before it are of one UTF-16 unit each, so the index is the position also in code points.
  if (bad !== null) throw new InvalidCharacterError(bad[0], bad.index);

  const padded = ZERO.repeat(CHUNK_DIGITS - (text.length % CHUNK_DIGITS)) + text;
  let number = 0n;
  for (let i = 0; i < padded.length; ) {
    let chunk = 0;
    for (const end = i + CHUNK_DIGITS; i < end; i++) chunk = chunk * BASE + DIGITS[padded.charCodeAt(i)];
    number = number * CHUNK + BigInt(chunk);
  }
  const zeros = LEADING_ZEROS.exec(text)[0].length;
  const bytes = toBytes(number);
  const data = new Uint8Array(zeros + bytes.length);
  data.set(bytes, zeros);
  return data;
}

function toNumber(bytes) {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(number) {
  if (number === 0n) return new Uint8Array();
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}
