import { Searcher } from "./multi-pattern-search.js";

function randomWords(count, shortest, longest, letters, random) {
  return Array.from({ length: count }, () => {
    let word = "";
    for (let left = shortest + random(longest - shortest + 1); left > 0; left -= 1) word += letters[random(letters.length)];
    return word;
  });
}

function searching(words, text, least) {
  const searcher = new Searcher(words);
  const check = (result) => result.length >= least && result.every(({ index, start, end }) => text.slice(start, end) === words[index]);
  return [() => searcher.search(text), check];
}

/** A hundred of the five hundred words that a text is made of. */
function keywords(n, random) {
  const vocabulary = randomWords(500, 3, 8, "abcdefghijklmnopqrstuvwxyz", random);
  const chosen = Array.from({ length: Math.floor(n / 6) }, () => random(500));
  const text = chosen.map((index) => vocabulary[index]).join(" ");
  return searching(vocabulary.slice(0, 100), text, chosen.filter((index) => index < 100).length);
}

/** Words of four letters only, which nearly always fail after some of them. */
function motifs(n, random) {
  const words = randomWords(200, 7, 12, "acgt", random);
  const text = randomWords(1, n, n, "acgt", random)[0] + words[0];
  return searching(words, text, 1);
}

/** The building itself, of words that together have n letters. */
function building(n, random) {
  const words = randomWords(Math.floor(n / 8), 8, 8, "abcdefghijklmnopqrstuvwxyz", random);
  const text = words.join("");
  return [() => new Searcher(words), (searcher) => searcher.search(text).length >= words.length];
}

export const workloads = { keywords: [50_000, keywords], motifs: [50_000, motifs], building: [10_000, building] };
