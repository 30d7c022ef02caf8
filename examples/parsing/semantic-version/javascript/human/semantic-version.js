import semver from "semver";

/** A text that is no version. */
export class InvalidVersionError extends Error {
  name = "InvalidVersionError";

  constructor(text) {
    super(`not a semantic version: ${JSON.stringify(text)}`);
    this.text = text;
  }
}

/** Returns the parts of a version; throws an InvalidVersionError if the text is none. */
export function parse(text) {
  const { major, minor, patch, prerelease, build } = read(text);
  return { major, minor, patch, prerelease: prerelease.join("."), build: build.join(".") };
}

/** Returns -1, 0 or 1 as the first version has lower, equal or higher precedence than the second. */
export function compare(first, second) {
  const a = read(first);
  return a.compare(read(second));
}

/** Returns the versions in a new array, the lowest precedence first; equal ones keep their order. */
export function sort(versions) {
  return versions
    .map((text) => ({ text, version: read(text) }))
    .sort((a, b) => a.version.compare(b.version))
    .map(({ text }) => text);
}

// The package takes more than the standard does, such as white space around a version and a "v": what it read has to be
// the text again.
function read(text) {
  const version = semver.parse(text);
  if (version === null) throw new InvalidVersionError(text);

  const build = version.build.length > 0 ? `+${version.build.join(".")}` : "";
  if (version.version + build !== text) throw new InvalidVersionError(text);
  return version;
}
