import AhoCorasick from "ahocorasick";

/** The word at `index` is empty. */
export class EmptyWordError extends RangeError {
  name = "EmptyWordError";

  constructor(index) {
    super(`word ${index} is empty`);
    this.index = index;
  }
}

/** Finds all occurrences of the words of a list, in any number of texts, with the package ahocorasick. */
export class Searcher {
  #automaton;
  // The package knows words by their text.
  #indexes = new Map();

  /**
   * @param {string[]} words
   * @throws {EmptyWordError} if a word is empty; it names the first
   */
  constructor(words) {
    words.forEach((word, index) => {
      if (word === "") throw new EmptyWordError(index);
      if (!this.#indexes.has(word)) this.#indexes.set(word, []);
      this.#indexes.get(word).push(index);
    });
    this.#automaton = new AhoCorasick([...this.#indexes.keys()]);
  }

  /**
   * Returns all occurrences of the words, ordered by end, start and index.
   *
   * @param {string} text
   * @returns {{index: number, start: number, end: number}[]}
   */
  search(text) {
    const matches = [];
    for (const [last, words] of this.#automaton.search(text)) {
      const end = last + 1;
      for (const word of words) {
        for (const index of this.#indexes.get(word)) matches.push({ index, start: end - word.length, end });
      }
    }
    return matches;
  }
}
