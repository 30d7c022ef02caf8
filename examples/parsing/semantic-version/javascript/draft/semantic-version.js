// Versions that follow Semantic Versioning 2.0.0.

const NUMBER = "(?:0|[1-9][0-9]*)";
const PRERELEASE_IDENTIFIER = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD_IDENTIFIER = "[0-9A-Za-z-]+";
const VERSION = new RegExp(
  `^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})` +
    `(?:-(${PRERELEASE_IDENTIFIER}(?:\\.${PRERELEASE_IDENTIFIER})*))?` +
    `(?:\\+(${BUILD_IDENTIFIER}(?:\\.${BUILD_IDENTIFIER})*))?$`,
);
const DIGITS = /^[0-9]+$/;

/** A text is not a semantic version. */
export class InvalidVersionError extends Error {
  constructor(text) {
    super(`invalid version: ${JSON.stringify(text)}`);
    this.name = "InvalidVersionError";
    this.text = text;
  }
}

/**
 * Returns the parts of a version; prerelease and build are empty if absent.
 * Throws InvalidVersionError if the text is no version.
 */
export function parse(text) {
  const match = VERSION.exec(text);
  if (match === null) {
    throw new InvalidVersionError(text);
  }
  const [, major, minor, patch, prerelease = "", build = ""] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease,
    build,
  };
}

/** Returns -1, 0 or 1 as first has lower, equal or higher precedence. */
export function compare(first, second) {
  return compareParsed(parse(first), parse(second));
}

/** Returns a new array, lowest precedence first; equal ones keep their order. */
export function sort(versions) {
  return versions
    .map((text) => ({ text, version: parse(text) }))
    .sort((a, b) => compareParsed(a.version, b.version))
    .map(({ text }) => text);
}

function compareParsed(a, b) {
  return (
    compareValues(a.major, b.major) ||
    compareValues(a.minor, b.minor) ||
    compareValues(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

function comparePrereleases(a, b) {
  if (a === "" || b === "") {
    // The version without a pre-release is the higher one.
    return compareValues(a === "" ? 1 : 0, b === "" ? 1 : 0);
  }
  const left = a.split(".");
  const right = b.split(".");
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareIdentifiers(left[i], right[i]);
    if (order !== 0) {
      return order;
    }
  }
  return compareValues(left.length, right.length);
}

function compareIdentifiers(a, b) {
  const aIsNumber = DIGITS.test(a);
  const bIsNumber = DIGITS.test(b);
  if (aIsNumber && bIsNumber) {
    return compareValues(Number(a), Number(b));
  }
  if (aIsNumber !== bIsNumber) {
    return aIsNumber ? -1 : 1;
  }
  return compareValues(a, b);
}

function compareValues(a, b) {
  if (a < b) {
    return -1;
  }
  return a > b ? 1 : 0;
}
