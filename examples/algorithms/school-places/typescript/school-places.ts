/** Somebody who wishes for schools, named best first. */
export interface Applicant {
  readonly name: string;
  readonly wishes: readonly string[];
}

/** A school with the number of its places and the names of the applicants that it would admit, best first. */
export interface School {
  readonly name: string;
  readonly places: number;
  readonly ranking: readonly string[];
}

/** The names of an applicant and of the school, undefined if there is none. */
export interface Placement {
  readonly applicant: string;
  readonly school: string | undefined;
}

export type Reason =
  | "duplicate-applicant"
  | "duplicate-school"
  | "invalid-places"
  | "unknown-wish"
  | "unknown-candidate"
  | "repeated-wish"
  | "repeated-candidate";

/** What is wrong with an applicant or school of this name, or with one entry of its list. */
export interface Problem {
  readonly reason: Reason;
  readonly name: string;
  readonly entry?: string;
}

/** The lists have problems. */
export class InvalidRankingsError extends Error {
  override readonly name = "InvalidRankingsError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describe).join("\n"));
    this.problems = problems;
  }
}

function describe({ reason, name, entry }: Problem): string {
  return entry === undefined ? `${reason}: ${name}` : `${reason}: ${name}, ${entry}`;
}

/** Somebody with the wishes for schools that would admit them; `turn` of these have turned them away. */
interface Candidate {
  readonly name: string;
  readonly wishes: readonly string[];
  readonly turn: number;
}

/** A school with those it holds; a lower rank is a better one. */
interface Admission {
  readonly places: number;
  readonly ranks: ReadonlyMap<string, number>;
  readonly admitted: readonly Candidate[];
}

type Admissions = ReadonlyMap<string, Admission>;

/**
 * Returns a placement for each applicant, in the same order. The assignment is stable, and of those that are, the best
 * for every applicant.
 *
 * @throws {InvalidRankingsError} with all problems of the lists
 */
export function assignPlaces(applicants: readonly Applicant[], schools: readonly School[]): Placement[] {
  const problems = [...problemsOfApplicants(applicants, schools), ...problemsOfSchools(schools, applicants)];
  if (problems.length > 0) throw new InvalidRankingsError(problems);

  const admissions = admit(applicants, schools);
  const schoolOf = new Map(
    [...admissions].flatMap(([school, { admitted }]) => admitted.map(({ name }) => [name, school] as const)),
  );
  return applicants.map(({ name }) => ({ applicant: name, school: schoolOf.get(name) }));
}

function admit(applicants: readonly Applicant[], schools: readonly School[]): Admissions {
  let admissions: Admissions = new Map(
    schools.map(({ name, places, ranking }) => [name, { places, ranks: ranksOf(ranking), admitted: [] }]),
  );
  const ranks = (school: string, name: string) => admissions.get(school)!.ranks.has(name);
  let applying = applicants
    .map(({ name, wishes }): Candidate => ({ name, wishes: wishes.filter((school) => ranks(school, name)), turn: 0 }))
    .filter(canApply);
  while (applying.length > 0) {
    const decisions = [...bySchool(applying)].map(([school, newcomers]) => ({
      school,
      ...decide(admissions.get(school)!, newcomers),
    }));
    admissions = new Map([...admissions, ...decisions.map(({ school, admission }) => [school, admission] as const)]);
    applying = decisions
      .flatMap(({ turnedAway }) => turnedAway)
      .map((candidate) => ({ ...candidate, turn: candidate.turn + 1 }))
      .filter(canApply);
  }
  return admissions;
}

function ranksOf(ranking: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ranking.map((name, rank) => [name, rank]));
}

function canApply({ wishes, turn }: Candidate): boolean {
  return turn < wishes.length;
}

function bySchool(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const school = candidate.wishes[candidate.turn];
    const group = groups.get(school);
    if (group === undefined) groups.set(school, [candidate]);
    else group.push(candidate);
  }
  return groups;
}

/** Keeps the best of those who are held and those who come; all others are turned away. */
function decide(
  admission: Admission,
  newcomers: readonly Candidate[],
): { admission: Admission; turnedAway: readonly Candidate[] } {
  const { places, ranks, admitted } = admission;
  const ranked = [...admitted, ...newcomers].sort((one, other) => ranks.get(one.name)! - ranks.get(other.name)!);
  return { admission: { ...admission, admitted: ranked.slice(0, places) }, turnedAway: ranked.slice(places) };
}

function problemsOfApplicants(applicants: readonly Applicant[], schools: readonly School[]): Problem[] {
  const known = new Set(schools.map(({ name }) => name));
  const isRepeated = repetitions();
  return applicants.flatMap(({ name, wishes }): Problem[] => [
    ...(isRepeated(name) ? [{ reason: "duplicate-applicant" as const, name }] : []),
    ...problemsOfEntries(name, wishes, known, "unknown-wish", "repeated-wish"),
  ]);
}

function problemsOfSchools(schools: readonly School[], applicants: readonly Applicant[]): Problem[] {
  const known = new Set(applicants.map(({ name }) => name));
  const isRepeated = repetitions();
  return schools.flatMap(({ name, places, ranking }): Problem[] => [
    ...(isRepeated(name) ? [{ reason: "duplicate-school" as const, name }] : []),
    ...(Number.isInteger(places) && places >= 0 ? [] : [{ reason: "invalid-places" as const, name }]),
    ...problemsOfEntries(name, ranking, known, "unknown-candidate", "repeated-candidate"),
  ]);
}

function problemsOfEntries(
  name: string,
  entries: readonly string[],
  known: ReadonlySet<string>,
  unknown: Reason,
  repeated: Reason,
): Problem[] {
  const isRepeated = repetitions();
  return entries.flatMap((entry) => {
    if (!known.has(entry)) return [{ reason: unknown, name, entry }];
    return isRepeated(entry) ? [{ reason: repeated, name, entry }] : [];
  });
}

/** Returns a function that tells whether it was asked for the same name before. */
function repetitions(): (name: string) => boolean {
  const seen = new Set<string>();
  return (name) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated;
  };
}
