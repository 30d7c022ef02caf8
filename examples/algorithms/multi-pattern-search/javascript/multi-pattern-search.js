const encoder = new TextEncoder();

// The row of a state has the longest word that ends there in its first cell, then the state after each class of bytes.
const OTHER_BYTE = 1;

// The state after nothing, and in the place of a word: no word.
const ROOT = 0;
const NONE = 0;

/** The word at `index` is empty. */
export class EmptyWordError extends RangeError {
  name = "EmptyWordError";

  constructor(index) {
    super(`word ${index} is empty`);
    this.index = index;
  }
}

/**
 * Finds all occurrences of the words of a list, in any number of texts, with the automaton of Aho and Corasick
 * over the bytes of UTF-8. A state is the offset of its row in the table; words are numbered from 1.
 */
export class Searcher {
  #classes = new Uint8Array(256).fill(OTHER_BYTE);
  #width;
  #table;
  #lengths;
  // What else ends where a word ends: the next equal word, or the longest of those that are shorter.
  #nextWord;

  /**
   * @param {string[]} words
   * @throws {EmptyWordError} if a word is empty; it names the first
   */
  constructor(words) {
    const empty = words.indexOf("");
    if (empty !== -1) throw new EmptyWordError(empty);

    const encoded = words.map((word) => encoder.encode(word));
    this.#width = this.#classify(encoded);
    const states = encoded.reduce((sum, bytes) => sum + bytes.length, 1);
    this.#table = new Int32Array(states * this.#width);
    this.#lengths = Int32Array.from([0, ...words.map((word) => word.length)]);
    this.#nextWord = new Int32Array(words.length + 1);
    this.#plant(encoded);
    this.#link();
  }

  /**
   * Returns all occurrences of the words, ordered by end, start and index; `text.slice(start, end)` is the word.
   *
   * @param {string} text
   * @returns {{index: number, start: number, end: number}[]}
   */
  search(text) {
    const classes = this.#classes;
    const table = this.#table;
    const lengths = this.#lengths;
    const nextWord = this.#nextWord;
    const bytes = encoder.encode(text);
    const matches = [];
    let state = ROOT;
    let end = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      end += unitsBegunBy(bytes[i]);
      state = table[state + classes[bytes[i]]];
      for (let word = table[state]; word !== NONE; word = nextWord[word]) {
        matches.push({ index: word - 1, start: end - lengths[word], end });
      }
    }
    return matches;
  }

  /** Gives each byte of the words a class of its own, and returns how many columns there are. */
  #classify(encoded) {
    let width = OTHER_BYTE + 1;
    for (const bytes of encoded) {
      for (const byte of bytes) {
        if (this.#classes[byte] === OTHER_BYTE) {
          this.#classes[byte] = width;
          width += 1;
        }
      }
    }
    return width;
  }

  /** Makes a trie of the words; the first of equal ones is that of their state. */
  #plant(encoded) {
    const table = this.#table;
    let free = this.#width;
    for (let word = encoded.length; word !== NONE; word -= 1) {
      let state = ROOT;
      for (const byte of encoded[word - 1]) {
        const cell = state + this.#classes[byte];
        if (table[cell] === ROOT) {
          table[cell] = free;
          free += this.#width;
        }
        state = table[cell];
      }
      this.#nextWord[word] = table[state];
      table[state] = word;
    }
  }

  /** Gives every state of the trie a next one for every byte, shorter strings first. */
  #link() {
    const table = this.#table;
    const width = this.#width;
    const queue = [ROOT];
    const suffixes = [ROOT];
    for (let at = 0; at < queue.length; at += 1) {
      const state = queue[at];
      const suffix = suffixes[at];
      this.#appendWords(state, table[suffix]);
      for (let column = OTHER_BYTE; column < width; column += 1) {
        const next = table[state + column];
        const fallback = state === ROOT ? ROOT : table[suffix + column];
        if (next === ROOT) {
          table[state + column] = fallback;
        } else {
          queue.push(next);
          suffixes.push(fallback);
        }
      }
    }
  }

  /** Lets the words of the longest proper suffix follow those of a state. */
  #appendWords(state, shorter) {
    let last = this.#table[state];
    if (last === NONE) {
      this.#table[state] = shorter;
      return;
    }
    while (this.#nextWord[last] !== NONE) last = this.#nextWord[last];
    this.#nextWord[last] = shorter;
  }
}

/** How many UTF-16 code units the character has that begins with a byte; none if the byte only continues one. */
function unitsBegunBy(byte) {
  if ((byte & 0xc0) === 0x80) return 0;
  return byte < 0xf0 ? 1 : 2;
}
