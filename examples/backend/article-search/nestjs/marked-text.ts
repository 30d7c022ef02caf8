/** They stand around an occurrence; articles have no such characters. */
export const OPEN = "\x1c";
export const CLOSE = "\x1d";

const CONTEXT = 40;
const LENGTH = 160;
const ENTITIES = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

interface Character {
  value: string;
  /** the number of the occurrence that it belongs to, from 1; 0 outside of all */
  occurrence: number;
}

/** A text as characters that know whether they are marked; cutting it keeps every mark whole. */
export class MarkedText {
  static parse(text: string): MarkedText {
    const characters: Character[] = [];
    let count = 0;
    let occurrence = 0;
    for (const value of text) {
      if (value === OPEN) occurrence = count += 1;
      else if (value === CLOSE) occurrence = 0;
      else characters.push({ value, occurrence });
    }
    return new MarkedText(characters);
  }

  private constructor(private readonly characters: readonly Character[]) {}

  toHtml(): string {
    let html = "";
    let open = 0;
    for (const { value, occurrence } of this.characters) {
      if (occurrence !== open) html += (open ? "</mark>" : "") + (occurrence ? "<mark>" : "");
      html += ENTITIES.get(value) ?? value;
      open = occurrence;
    }
    return open ? `${html}</mark>` : html;
  }

  /** The HTML of LENGTH characters, from CONTEXT characters before the first occurrence. */
  toSnippet(): string {
    const first = this.characters.findIndex(({ occurrence }) => occurrence > 0);
    const start = Math.max(0, first - CONTEXT);
    const end = start + LENGTH;
    const html = new MarkedText(this.characters.slice(start, end)).toHtml();
    return (start > 0 ? "…" : "") + html + (this.characters.length > end ? "…" : "");
  }
}
