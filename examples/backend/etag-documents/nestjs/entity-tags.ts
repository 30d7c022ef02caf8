const TAG = String.raw`(?:W/)?"[\x21\x23-\x7E]*"`;
const EACH_TAG = new RegExp(TAG, "g");
const TAG_LIST = new RegExp(`^${TAG}(?: *, *${TAG})*$`);

/** The entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Whether an `If-Match` header matches the entity tag of an existing document; weak tags never do. */
export function matchesStrongly(header: string, current: string): boolean {
  return header === "*" || tagsOf(header).includes(current);
}

/** Whether an `If-None-Match` header names the current entity tag, weak or not. */
export function matchesWeakly(header: string, current: string): boolean {
  return header === "*" || tagsOf(header).some((tag) => tag.replace(/^W\//, "") === current);
}

function tagsOf(header: string): string[] {
  return TAG_LIST.test(header) ? (header.match(EACH_TAG) ?? []) : [];
}
