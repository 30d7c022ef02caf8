// Entity tags of notes and the header If-Match: RFC 9110, sections 8.8.3 and 13.1.1.

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const ENTITY_TAGS = new RegExp(`^${ENTITY_TAG.source}(?:[ \\t]*,[ \\t]*${ENTITY_TAG.source})*$`);

/**
 * @param {number} version
 * @returns {string} the entity tag of a note that has this version
 */
export function entityTag(version) {
  return `"${version}"`;
}

/**
 * @param {string} ifMatch  the value of the header
 * @param {number} version
 * @returns {boolean} whether the value is well-formed and matches a note that has this version
 */
export function matches(ifMatch, version) {
  if (ifMatch === "*") return true;
  return ENTITY_TAGS.test(ifMatch) && ifMatch.match(ENTITY_TAG).includes(entityTag(version));
}
