import { TAG } from "./article.ts";

const MAX_ITEMS = 10;
const ALLOWED = /^[^\x00-\x1f\x7f]{1,200}$/u;
const ITEM = /^(?<minus>-?)(?:"(?<quoted>[^"]*)"|tag:(?<tag>[^ "]*)|(?<plain>[^ "]+)) */u;
const WORDS = /[\p{L}\p{N}]+/gu;

/** What is wrong with a query. */
export class QueryFault extends Error {}

/** A query. Its phrases are text of FTS5's query language. */
export class Query {
  readonly phrases: string[] = [];
  readonly tags: string[] = [];
  readonly excludedPhrases: string[] = [];
  readonly excludedTags: string[] = [];

  /** @throws {QueryFault} */
  constructor(readonly text: string) {
    if (!ALLOWED.test(text)) throw new QueryFault("must have 1 to 200 characters, no control characters");
    let rest = text.replace(/^ +/, "");
    let items = 0;
    while (rest !== "") {
      const item = ITEM.exec(rest);
      if (!item) throw new QueryFault("has a quotation mark without its partner");
      this.add(item.groups ?? {});
      rest = rest.slice(item[0].length);
      items += 1;
    }
    if (items > MAX_ITEMS) throw new QueryFault(`must not have more than ${MAX_ITEMS} items`);
    if (this.phrases.length + this.tags.length === 0) throw new QueryFault("must have an item that is not excluded");
  }

  private add({ minus, quoted, tag, plain }: Record<string, string | undefined>): void {
    if (tag === undefined) {
      (minus ? this.excludedPhrases : this.phrases).push(phraseOf(quoted ?? plain ?? ""));
      return;
    }
    if (!TAG.test(tag)) throw new QueryFault("has a tag of wrong form");
    (minus ? this.excludedTags : this.tags).push(tag);
  }
}

/** The words of a text and nothing else, in quotation marks, where FTS5 takes operators for words. */
function phraseOf(text: string): string {
  const words = text.match(WORDS);
  if (!words) throw new QueryFault("has an item without a word");
  return `"${words.join(" ")}"`;
}
