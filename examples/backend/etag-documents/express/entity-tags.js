const TAG = String.raw`(?:W/)?"[\x21\x23-\x7E]*"`;
const EACH_TAG = new RegExp(TAG, "g");
const TAG_LIST = new RegExp(`^${TAG}(?: *, *${TAG})*$`);

/** The entity tag of a version. */
export const entityTag = (version) => `"${version}"`;

/** Whether an `If-Match` header matches the entity tag of an existing document; weak tags never do. */
export function matchesStrongly(header, current) {
  return header === "*" || tagsOf(header).includes(current);
}

/** Whether an `If-None-Match` header names the current entity tag, weak or not. */
export function matchesWeakly(header, current) {
  return header === "*" || tagsOf(header).some((tag) => tag.replace(/^W\//, "") === current);
}

function tagsOf(header) {
  return TAG_LIST.test(header) ? header.match(EACH_TAG) : [];
}
