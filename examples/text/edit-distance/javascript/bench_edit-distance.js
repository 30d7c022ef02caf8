import { editDistance } from "./edit-distance.js";

const textOf = (points) => points.map((point) => String.fromCodePoint(point)).join("");

function misspeltWords(n, random) {
  const pairs = [];
  let edits = 0;
  for (let i = 0; i < n; i += 1) {
    const word = Array.from({ length: 4 + random(9) }, () => 97 + random(13));
    const other = word.map((point) => (random(4) === 0 ? 110 + random(13) : point));
    edits += editsBetween(word, other);
    pairs.push([textOf(word), textOf(other)]);
  }
  const run = () => pairs.reduce((sum, [word, other]) => sum + editDistance(word, other), 0);
  return [run, (result) => result === edits];
}

function editedText(n, random) {
  const first = Array.from({ length: n }, () => 97 + random(26));
  const second = first.map((point) => (random(16) === 0 ? 65 + random(26) : point));
  return distanceOf(first, second);
}

function wideAlphabet(n, random) {
  const first = Array.from({ length: n }, () => 0x4e00 + random(20_000));
  const second = first.map((point) => (random(2) === 0 ? 0x1f300 + random(256) : point));
  return distanceOf(first, second);
}

function distanceOf(first, second) {
  const texts = [textOf(first), textOf(second)];
  const edits = editsBetween(first, second);
  return [() => editDistance(...texts), (result) => result === edits];
}

/** Where the texts differ, the second has a character that is nowhere in the first. */
function editsBetween(first, second) {
  return first.filter((point, i) => point !== second[i]).length;
}

export const workloads = {
  misspelt_words: [2_000, misspeltWords],
  edited_text: [2_000, editedText],
  wide_alphabet: [2_000, wideAlphabet],
};
