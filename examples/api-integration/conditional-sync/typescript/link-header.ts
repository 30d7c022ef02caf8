/** White space is matched in one place only, wherever it is: two ways for each run of it would be 2^n ways for a header. */
const VALUE = String.raw`(?:"((?:[^"\\]|\\.)*)"|([^ \t;,"]+))[ \t]*`;
const PARAMETER = String.raw`;[ \t]*(?:([^ \t=;,"]+)[ \t]*(?:=[ \t]*(?:${VALUE})?)?)?`;
const LINK = new RegExp(String.raw`[ \t,]*<([^>]*)>[ \t]*((?:${PARAMETER.replaceAll(/\((?!\?)/g, "(?:")})*)(?:,|$)`, "y");

/**
 * Returns the reference of the first link whose relation is `next`, or undefined if there is none.
 *
 * @throws {SyntaxError} if the value of the header is not a list of links
 */
export function nextReference(header: string): string | undefined {
  let next: string | undefined;
  let index = 0;
  while (/[^ \t,]/.test(header.slice(index))) {
    LINK.lastIndex = index;
    const link = LINK.exec(header);
    if (!link) throw new SyntaxError("not a list of links");
    const [, reference, parameters] = link;
    if (relations(parameters).includes("next")) next ??= reference;
    index = LINK.lastIndex;
  }
  return next;
}

function relations(parameters: string): string[] {
  for (const [, name, quoted, token] of parameters.matchAll(new RegExp(PARAMETER, "g"))) {
    if (name?.toLowerCase() === "rel") return (quoted ?? token ?? "").toLowerCase().split(/[ \t]+/);
  }
  return [];
}
