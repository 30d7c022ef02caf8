const MAX_AMOUNT = 10 ** 12;
const MAX_TOLERANCE_DAYS = 31;
const MS_PER_DAY = 86_400_000;

/** A line of a bank statement. */
export interface StatementLine {
  readonly id: string;
  /** `YYYY-MM-DD`, from 1900 to 2999. */
  readonly date: string;
  /** In minor units, not 0. */
  readonly amount: number;
  /** May be empty. */
  readonly reference: string;
}

/** An entry of the ledger. */
export interface LedgerEntry extends StatementLine {
  /** Whether several lines may pay it together. */
  readonly inParts: boolean;
}

export interface Match {
  readonly entry: string;
  readonly lines: readonly string[];
  readonly by: "reference" | "parts" | "date";
}

/** What was found, by ids, in input order. */
export interface Report {
  readonly matches: readonly Match[];
  readonly ambiguous: readonly { readonly line: string; readonly entries: readonly string[] }[];
  readonly unmatchedLines: readonly string[];
  readonly unmatchedEntries: readonly string[];
}

interface Item {
  readonly id: string;
  readonly position: number;
  readonly day: number;
  readonly amount: number;
  readonly reference: string;
  readonly inParts: boolean;
}

interface Pair {
  readonly line: Item;
  readonly entry: Item;
  readonly distance: number;
}

interface Found {
  readonly entry: Item;
  readonly lines: readonly Item[];
  readonly by: Match["by"];
}

/**
 * Matches lines with entries: by reference, in parts, then by date.
 *
 * @throws RangeError if an id, a date, an amount or the tolerance is invalid
 */
export function reconcile(
  lines: readonly StatementLine[],
  entries: readonly LedgerEntry[],
  { toleranceDays }: { toleranceDays: number },
): Report {
  if (!Number.isInteger(toleranceDays) || toleranceDays < 0 || toleranceDays > MAX_TOLERANCE_DAYS) {
    throw new RangeError(`invalid tolerance: ${toleranceDays}`);
  }
  const allLines = readItems(lines.map((line) => ({ ...line, inParts: false })));
  const allEntries = readItems(entries);
  const pairs = closePairs(allLines, allEntries, toleranceDays);

  const byReference = matchByReference(pairs);
  const inParts = matchInParts(unmatched(allLines, byReference), unmatched(allEntries, byReference), toleranceDays);
  const certain = [...byReference, ...inParts];
  const { matched, candidates } = matchByDate(openPairs(pairs, certain).filter(lacksReference));
  return report(allLines, allEntries, [...certain, ...matched], candidates);
}

function matchByReference(pairs: readonly Pair[]): Found[] {
  const taken = new Set<Item>();
  return pairs
    .filter(({ line, entry }) => line.reference !== "" && line.reference === entry.reference)
    .sort((one, other) => one.distance - other.distance) // stable, and the pairs are in input order
    .filter(({ line, entry }) => {
      const isFree = !taken.has(line) && !taken.has(entry);
      if (isFree) {
        taken.add(line).add(entry);
      }
      return isFree;
    })
    .map(({ line, entry }) => ({ entry, lines: [line], by: "reference" }));
}

function matchInParts(lines: readonly Item[], entries: readonly Item[], toleranceDays: number): Found[] {
  const byReference = groupBy(lines, (line) => line.reference);
  const found: Found[] = [];
  for (const entry of entries.filter(({ inParts, reference }) => inParts && reference !== "")) {
    const open = byReference.get(entry.reference) ?? [];
    const parts = open.filter((line) => distance(line, entry) <= toleranceDays);
    // A sum of many amounts may be beyond what a number holds exactly.
    if (parts.reduce((sum, { amount }) => sum + BigInt(amount), 0n) === BigInt(entry.amount)) {
      found.push({ entry, lines: parts, by: "parts" });
      byReference.set(entry.reference, open.filter((line) => distance(line, entry) > toleranceDays));
    }
  }
  return found;
}

function matchByDate(candidates: readonly Pair[]): { matched: Found[]; candidates: readonly Pair[] } {
  const isNearestOfLine = onlyNearest(candidates, ({ line }) => line);
  const isNearestOfEntry = onlyNearest(candidates, ({ entry }) => entry);
  const matched = candidates
    .filter((pair) => isNearestOfLine(pair) && isNearestOfEntry(pair))
    .map(({ line, entry }): Found => ({ entry, lines: [line], by: "date" }));
  if (matched.length === 0) {
    return { matched, candidates };
  }
  const next = matchByDate(openPairs(candidates, matched));
  return { matched: [...matched, ...next.matched], candidates: next.candidates };
}

/** Returns whether a pair is nearer than all others of its line or entry. */
function onlyNearest(pairs: readonly Pair[], side: (pair: Pair) => Item): (pair: Pair) => boolean {
  const groups = groupBy(pairs, side);
  const nearest = new Map(
    [...groups].map(([item, group]) => {
      const least = group.reduce((value, pair) => Math.min(value, pair.distance), Infinity);
      const atLeast = group.filter((pair) => pair.distance === least);
      return [item, atLeast.length === 1 ? atLeast[0] : undefined] as const;
    }),
  );
  return (pair) => nearest.get(side(pair)) === pair;
}

function report(
  lines: readonly Item[],
  entries: readonly Item[],
  found: readonly Found[],
  candidates: readonly Pair[],
): Report {
  const named = new Set(candidates.flatMap(({ line, entry }) => [line, entry]));
  return {
    matches: [...found]
      .sort((one, other) => one.entry.position - other.entry.position)
      .map(({ entry, lines: paying, by }) => ({ entry: entry.id, lines: ids(paying), by })),
    ambiguous: [...groupBy(candidates, ({ line }) => line)].map(([line, group]) => ({
      line: line.id,
      entries: ids(group.map(({ entry }) => entry)),
    })),
    unmatchedLines: ids(unmatched(lines, found).filter((line) => !named.has(line))),
    unmatchedEntries: ids(unmatched(entries, found).filter((entry) => !named.has(entry))),
  };
}

/** Returns the pairs of equal amounts that are close, in the order of lines, then of entries. */
function closePairs(lines: readonly Item[], entries: readonly Item[], toleranceDays: number): Pair[] {
  const byAmount = groupBy(entries, ({ amount }) => amount);
  return lines
    .flatMap((line) => (byAmount.get(line.amount) ?? []).map((entry) => ({ line, entry })))
    .map(({ line, entry }) => ({ line, entry, distance: distance(line, entry) }))
    .filter((pair) => pair.distance <= toleranceDays);
}

function openPairs(pairs: readonly Pair[], found: readonly Found[]): Pair[] {
  const taken = takenBy(found);
  return pairs.filter(({ line, entry }) => !taken.has(line) && !taken.has(entry));
}

function unmatched(items: readonly Item[], found: readonly Found[]): Item[] {
  const taken = takenBy(found);
  return items.filter((item) => !taken.has(item));
}

function takenBy(found: readonly Found[]): Set<Item> {
  return new Set(found.flatMap(({ entry, lines }) => [entry, ...lines]));
}

function lacksReference({ line, entry }: Pair): boolean {
  return line.reference === "" || entry.reference === "";
}

function distance(line: Item, entry: Item): number {
  return Math.abs(line.day - entry.day);
}

function ids(items: readonly Item[]): string[] {
  return items.map(({ id }) => id);
}

function groupBy<Value, Key>(values: readonly Value[], key: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) {
      groups.set(key(value), [value]);
    } else {
      group.push(value);
    }
  }
  return groups;
}

function readItems(records: readonly LedgerEntry[]): Item[] {
  const seen = new Set<string>();
  return records.map(({ id, date, amount, reference, inParts }, position) => {
    if (id === "" || seen.has(id)) {
      throw new RangeError(`empty or repeated id: ${JSON.stringify(id)}`);
    }
    seen.add(id);
    if (!Number.isInteger(amount) || amount === 0 || Math.abs(amount) > MAX_AMOUNT) {
      throw new RangeError(`invalid amount of ${id}: ${amount}`);
    }
    return { id, position, day: readDay(date), amount, reference: normalize(reference), inParts };
  });
}

function normalize(reference: string): string {
  return reference.replace(/[ \-./_#]/g, "").replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Returns a date as a number of days. */
function readDay(date: string): number {
  const time = /^(?:19|2\d)\d\d-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(date)) {
    throw new RangeError(`invalid date: ${JSON.stringify(date)}`);
  }
  return time / MS_PER_DAY;
}
