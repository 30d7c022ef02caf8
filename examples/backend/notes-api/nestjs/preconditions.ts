// Entity tags of notes and the header If-Match, as in RFC 9110.

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const ENTITY_TAGS = new RegExp(`^${ENTITY_TAG.source}(?:[ \\t]*,[ \\t]*${ENTITY_TAG.source})*$`);

/** The entity tag of a note with this version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Tells whether the value of If-Match is well-formed and allows changing a note with this version. */
export function matches(ifMatch: string, version: number): boolean {
  if (ifMatch === "*") return true;
  if (!ENTITY_TAGS.test(ifMatch)) return false;
  return Array.from(ifMatch.matchAll(ENTITY_TAG), ([tag]) => tag).includes(entityTag(version));
}
