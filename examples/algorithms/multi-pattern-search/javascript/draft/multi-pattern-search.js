/** Thrown when one of the words is empty. */
export class EmptyWordError extends RangeError {
  /** @param {number} index the index of the empty word */
  constructor(index) {
    super(`the word at index ${index} is empty`);
    this.name = "EmptyWordError";
    this.index = index;
  }
}

/** A node of the trie of the words. */
class Node {
  /** @param {number} depth the length of the node's string */
  constructor(depth) {
    this.depth = depth;
    /** @type {Map<number, Node>} children by UTF-16 code unit */
    this.children = new Map();
    /** @type {number[]} indices of the words that end here, ascending */
    this.indices = [];
    /** @type {Node | null} node of the longest proper suffix; null at the root */
    this.suffix = null;
    /**
     * The first node at which a word ends, from this node itself along the
     * suffixes; null if there is none.
     * @type {Node | null}
     */
    this.report = null;
  }
}

/**
 * Finds all occurrences of a list of words in a text, with the algorithm of
 * Aho and Corasick. The words are prepared once, in the constructor.
 */
export class Searcher {
  #root = new Node(0);

  /**
   * @param {string[]} words
   * @throws {EmptyWordError} for the first word that is empty
   */
  constructor(words) {
    for (let index = 0; index < words.length; index++) {
      const word = words[index];
      if (word.length === 0) {
        throw new EmptyWordError(index);
      }
      this.#insert(index, word);
    }
    this.#link();
  }

  /**
   * Returns all occurrences of the words, ordered by end, then by start, then
   * by index; `text.slice(start, end)` is the word.
   *
   * @param {string} text
   * @returns {{index: number, start: number, end: number}[]}
   */
  search(text) {
    const matches = [];
    let state = this.#root;
    for (let i = 0; i < text.length; i++) {
      state = this.#step(state, text.charCodeAt(i));
      const end = i + 1;
      for (let node = state.report; node !== null; node = node.suffix.report) {
        const start = end - node.depth;
        for (const index of node.indices) {
          matches.push({ index, start, end });
        }
      }
    }
    return matches;
  }

  #insert(index, word) {
    let node = this.#root;
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      let child = node.children.get(unit);
      if (child === undefined) {
        child = new Node(i + 1);
        node.children.set(unit, child);
      }
      node = child;
    }
    node.indices.push(index);
  }

  #link() {
    const root = this.#root;
    // Breadth first, so that the nodes of shorter strings are complete.
    const queue = [root];
    for (let head = 0; head < queue.length; head++) {
      const node = queue[head];
      if (node !== root) {
        node.report = node.indices.length > 0 ? node : node.suffix.report;
      }
      for (const [unit, child] of node.children) {
        child.suffix = node === root ? root : this.#step(node.suffix, unit);
        queue.push(child);
      }
    }
  }

  #step(state, unit) {
    const root = this.#root;
    for (;;) {
      const child = state.children.get(unit);
      if (child !== undefined) {
        return child;
      }
      if (state === root) {
        return root;
      }
      state = state.suffix;
    }
  }
}
