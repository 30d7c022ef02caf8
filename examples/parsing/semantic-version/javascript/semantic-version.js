const VERSION = new RegExp(
  "^(N)\\.(N)\\.(N)(?:-(P(?:\\.P)*))?(?:\\+(B(?:\\.B)*))?$"
    .replaceAll("P", "(?:N|[0-9]*[A-Za-z-][0-9A-Za-z-]*)")
    .replaceAll("B", "[0-9A-Za-z-]+")
    .replaceAll("N", "0|[1-9][0-9]*"),
);
const ONLY_DIGITS = /^[0-9]+$/;

/** A text that is no version. */
export class InvalidVersionError extends Error {
  name = "InvalidVersionError";

  constructor(text) {
    super(`not a semantic version: ${JSON.stringify(text)}`);
    this.text = text;
  }
}

/**
 * Returns the parts of a version; pre-release and build metadata are empty if there are none.
 * Throws an InvalidVersionError if the text is no version.
 */
export function parse(text) {
  const parts = VERSION.exec(text);
  if (parts === null) throw new InvalidVersionError(text);

  const [, major, minor, patch, prerelease = "", build = ""] = parts;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease, build };
}

/**
 * Returns -1, 0 or 1 as the first version has lower, equal or higher precedence than the second.
 * Throws an InvalidVersionError if one of them is no version, for the first of two.
 */
export function compare(first, second) {
  return comparePrecedence(parse(first), parse(second));
}

/**
 * Returns the versions in a new array, the lowest precedence first; equal ones keep their order.
 * Throws an InvalidVersionError for the first of them that is no version.
 */
export function sort(versions) {
  return versions
    .map((text) => ({ text, version: parse(text) }))
    .sort((a, b) => comparePrecedence(a.version, b.version))
    .map(({ text }) => text);
}

function comparePrecedence(a, b) {
  return Math.sign(a.major - b.major || a.minor - b.minor || a.patch - b.patch) || comparePrereleases(a, b);
}

function comparePrereleases(a, b) {
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === "") return 1;
  if (b.prerelease === "") return -1;

  const [left, right] = [identifiersOf(a), identifiersOf(b)];
  const different = left.findIndex((identifier, i) => identifier !== right[i]);
  if (different === -1 || different === right.length) return Math.sign(left.length - right.length);
  return compareIdentifiers(left[different], right[different]);
}

/** The identifiers of the pre-release, split when they are first needed and then kept: a sort needs them many times. */
function identifiersOf(version) {
  version.identifiers ??= version.prerelease
    .split(".")
    .map((identifier) => (ONLY_DIGITS.test(identifier) ? Number(identifier) : identifier));
  return version.identifiers;
}

function compareIdentifiers(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : 1;
}
