/** The greatest cost of a leg. It keeps the sum of nine million legs within the exact integers. */
export const MAX_COST = 1_000_000_000;

/** A directed connection of two places; the cost is to be a whole number from 0 to `MAX_COST`. */
export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly cost: number;
}

/** A route with its total cost and its places from start to destination. */
export interface Route {
  readonly cost: number;
  readonly places: readonly string[];
}

/** The cost of a leg is not allowed. */
export class InvalidCostError extends RangeError {
  override readonly name = "InvalidCostError";
  /** The index of the leg in the list. */
  readonly index: number;
  readonly cost: number;

  constructor(index: number, cost: number) {
    super(`leg ${index} has the invalid cost ${cost}`);
    this.index = index;
    this.cost = cost;
  }
}

/** No leg begins or ends at a place. */
export class UnknownPlaceError extends Error {
  override readonly name = "UnknownPlaceError";
  readonly place: string;

  constructor(place: string) {
    super(`unknown place ${JSON.stringify(place)}`);
    this.place = place;
  }
}

/** A way to the destination: a linked list, of which longer ways share the rest. */
interface Trail {
  readonly place: string;
  readonly cost: number;
  readonly rest: Trail | undefined;
}

type Trails = ReadonlyMap<string, Trail>;

/**
 * Returns the cheapest route with at most `maxStops` places between start and destination, or undefined if there is
 * none. Of several the one with the fewest legs is taken, then the one whose legs stand earlier in the list.
 *
 * @throws {RangeError} if `maxStops` is not a whole number from 0 on
 * @throws {InvalidCostError} if the cost of a leg is not allowed
 * @throws {UnknownPlaceError} if no leg begins or ends at `from` or `to`
 */
export function cheapestRoute(legs: readonly Leg[], from: string, to: string, maxStops: number): Route | undefined {
  if (!Number.isInteger(maxStops) || maxStops < 0) throw new RangeError(`invalid number of stops: ${maxStops}`);
  checkCosts(legs);
  checkKnown(legs, from);
  checkKnown(legs, to);

  let newest: Trails = new Map([[to, { place: to, cost: 0, rest: undefined }]]);
  let best = newest;
  for (let stops = 0; stops <= maxStops && newest.size > 0; stops += 1) {
    newest = longerByOneLeg(legs, newest, best);
    best = new Map([...best, ...newest]);
  }
  const found = best.get(from);
  return found && { cost: found.cost, places: [...placesOf(found)] };
}

function checkCosts(legs: readonly Leg[]): void {
  const isAllowed = (cost: number) => Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST;
  const index = legs.findIndex(({ cost }) => !isAllowed(cost));
  if (index >= 0) throw new InvalidCostError(index, legs[index].cost);
}

function checkKnown(legs: readonly Leg[], place: string): void {
  if (!legs.some(({ from, to }) => from === place || to === place)) throw new UnknownPlaceError(place);
}

/** Returns the trails by place that one leg before one of the newest makes cheaper than the best so far. */
function longerByOneLeg(legs: readonly Leg[], newest: Trails, best: Trails): Trails {
  const found = new Map<string, Trail>();
  for (const { from, to, cost } of legs) {
    const rest = newest.get(to);
    if (rest === undefined) continue;
    const trail = { place: from, cost: cost + rest.cost, rest };
    const known = found.get(from) ?? best.get(from);
    if (known === undefined || trail.cost < known.cost) found.set(from, trail);
  }
  return found;
}

function* placesOf(trail: Trail): Generator<string> {
  for (let part: Trail | undefined = trail; part !== undefined; part = part.rest) yield part.place;
}
