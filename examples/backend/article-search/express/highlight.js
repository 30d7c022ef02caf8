/** Stand around occurrences. Texts of articles have no control characters but tab and line feed. */
export const START = "\x01";
export const END = "\x02";

const BEFORE = 40;
const LENGTH = 160;

const REFERENCES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** HTML of a text with marked occurrences. */
export function toHtml(text) {
  return render(split(text));
}

/** HTML of LENGTH characters of the text, from BEFORE characters before its first occurrence. */
export function toSnippet(text) {
  const parts = split(text);
  const start = parts.length > 1 ? Math.max(0, parts[0].length - BEFORE) : 0;
  const end = start + LENGTH;
  let offset = 0;
  const shown = parts.map((part) => {
    const visible = part.slice(Math.max(0, start - offset), Math.max(0, end - offset));
    offset += part.length;
    return visible;
  });
  return `${start > 0 ? "…" : ""}${render(shown)}${offset > end ? "…" : ""}`;
}

/** Arrays of characters outside and inside of occurrences, in turns. */
function split(text) {
  return text.split(new RegExp(`[${START}${END}]`)).map((part) => Array.from(part));
}

function render(parts) {
  return parts
    .map((characters, index) => {
      const html = characters.map((character) => REFERENCES[character] ?? character).join("");
      return index % 2 === 1 && html !== "" ? `<mark>${html}</mark>` : html;
    })
    .join("");
}
