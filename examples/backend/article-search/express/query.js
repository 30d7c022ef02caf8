export const TAG_FORM = /^[a-z0-9-]{1,32}$/;

const MAX_ITEMS = 10;
const TEXT_FORM = /^[^\0-\x1f\x7f]{1,200}$/u;
const ITEM = / *(-?)(?:"([^"]*)"|tag:([^ "]*)|([^ "]+)) */uy;
const WORD = /[\p{L}\p{N}]+/gu;

/** Says why a query can't be understood. */
export class QueryError extends Error {}

/**
 * Reads a query.
 *
 * @param {string} text
 * @returns {{phrases: string[], tags: string[], noPhrases: string[], noTags: string[]}}   phrases are strings of
 *   FTS5's query language
 * @throws {QueryError}
 */
export function parseQuery(text) {
  if (!TEXT_FORM.test(text)) throw new QueryError("must have 1 to 200 characters, no control characters");
  const items = splitItems(text);
  if (items.length > MAX_ITEMS) throw new QueryError(`must not have more than ${MAX_ITEMS} items`);
  const query = { phrases: [], tags: [], noPhrases: [], noTags: [] };
  for (const [, minus, quoted, tag, plain] of items) {
    if (tag === undefined) (minus ? query.noPhrases : query.phrases).push(toPhrase(quoted ?? plain));
    else (minus ? query.noTags : query.tags).push(checkedTag(tag));
  }
  if (query.phrases.length + query.tags.length === 0) throw new QueryError("must have an item that is not excluded");
  return query;
}

function splitItems(text) {
  const items = [];
  for (let end = 0; end < text.length; end = ITEM.lastIndex) {
    ITEM.lastIndex = end;
    const item = ITEM.exec(text);
    if (!item) throw new QueryError("has a quotation mark without its partner, or no item");
    items.push(item);
  }
  return items;
}

// Only letters and numbers get between the quotation marks, and FTS5 sees no operator there.
function toPhrase(text) {
  const words = text.match(WORD);
  if (!words) throw new QueryError("has an item without a word");
  return `"${words.join(" ")}"`;
}

function checkedTag(tag) {
  if (!TAG_FORM.test(tag)) throw new QueryError("has a tag of wrong form");
  return tag;
}
