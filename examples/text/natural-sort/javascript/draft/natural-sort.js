// The reader's own locale decides the alphabet. `numeric` compares runs of
// digits by value, with no limit at 2^53. Punctuation always counts (some
// locales, such as Thai, ignore it by default).
const options = { numeric: true, ignorePunctuation: false };
const loose = new Intl.Collator(undefined, { ...options, sensitivity: 'base' });
const strict = new Intl.Collator(undefined, { ...options, sensitivity: 'variant' });

// A final extension (".txt", ".mp3", ".tar.gz"). It must start with a letter,
// bar a few well-known ones, so that the ".10" of "v1.10" stays in the name.
// A leading dot (".gitignore") does not start an extension.
const EXTENSION = /(?<!^)(?:\.tar)?\.(?:[a-z][a-z0-9]{0,9}|7z|3gp|3g2|3ds|3mf)$/i;

function toKey(name) {
  const at = name.search(EXTENSION);
  return at === -1
    ? { name, stem: name, extension: '' }
    : { name, stem: name.slice(0, at), extension: name.slice(at) };
}

function compareKeys(a, b) {
  return (
    // The stem goes first, so that "file.txt" precedes "file (2).txt".
    loose.compare(a.stem, b.stem) ||
    loose.compare(a.extension, b.extension) ||
    // Accents and case only break ties...
    strict.compare(a.name, b.name) ||
    // ...then leading zeros ("file1" before "file01"), and last the raw code
    // units, so that the result never depends on the order of the input.
    a.name.length - b.name.length ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}

/**
 * Sorts file names in the order people expect: "file2" before "file10",
 * upper and lower case together. The input is left unchanged.
 *
 * @param {Iterable<string>} names
 * @returns {string[]} a new, sorted array
 */
export function naturalSort(names) {
  return Array.from(names, toKey)
    .sort(compareKeys)
    .map((key) => key.name);
}

export default naturalSort;
