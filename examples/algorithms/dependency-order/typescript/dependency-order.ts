import { MinHeap } from "./min-heap.ts";

/** A build target and the names of the targets it depends on. */
export interface Target {
  readonly name: string;
  readonly dependencies: readonly string[];
}

/** The targets have no build order. */
export class OrderError extends Error {
  override readonly name: string = "OrderError";
}

/** A name is declared twice. */
export class DuplicateTargetError extends OrderError {
  override readonly name = "DuplicateTargetError";
  readonly targetName: string;

  constructor(targetName: string) {
    super(`target ${JSON.stringify(targetName)} is declared twice`);
    this.targetName = targetName;
  }
}

/** A target depends on a name that is declared nowhere. */
export class UnknownTargetError extends OrderError {
  override readonly name = "UnknownTargetError";
  readonly target: string;
  readonly dependency: string;

  constructor(target: string, dependency: string) {
    super(`target ${JSON.stringify(target)} depends on the unknown target ${JSON.stringify(dependency)}`);
    this.target = target;
    this.dependency = dependency;
  }
}

/** Targets depend on each other; the path ends with the name it begins with. */
export class CycleError extends OrderError {
  override readonly name = "CycleError";
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    super(`dependency cycle: ${path.map((name) => JSON.stringify(name)).join(" -> ")}`);
    this.path = path;
  }
}

/** For each target, by its index in the declarations, the indexes of others. */
type Links = readonly (readonly number[])[];

/**
 * Returns the names of all targets, each one after its dependencies;
 * of the targets that are ready, the one declared first comes next.
 *
 * @throws {DuplicateTargetError} if a name is declared twice
 * @throws {UnknownTargetError} if a dependency is not declared
 * @throws {CycleError} if targets depend on each other
 */
export function buildOrder(targets: readonly Target[]): string[] {
  const dependencies = resolve(targets);
  const order = place(dependencies);
  const nameOf = (index: number) => targets[index].name;
  if (order.length < targets.length) throw new CycleError(findCycle(dependencies, new Set(order)).map(nameOf));
  return order.map(nameOf);
}

/** Returns the dependencies of each target as indexes. */
function resolve(targets: readonly Target[]): Links {
  const indexes = new Map<string, number>();
  for (const [index, { name }] of targets.entries()) {
    if (indexes.has(name)) throw new DuplicateTargetError(name);
    indexes.set(name, index);
  }

  return targets.map(({ name, dependencies }) =>
    dependencies.map((dependency) => {
      const index = indexes.get(dependency);
      if (index === undefined) throw new UnknownTargetError(name, dependency);
      return index;
    }),
  );
}

/** Returns the targets that are not blocked, in build order. */
function place(dependencies: Links): number[] {
  const dependents = reverse(dependencies);
  const missing = dependencies.map((own) => own.length);
  const ready = new MinHeap();
  for (const [index, count] of missing.entries()) {
    if (count === 0) ready.push(index);
  }

  const order: number[] = [];
  while (ready.size > 0) {
    const placed = ready.pop();
    order.push(placed);
    for (const dependent of dependents[placed]) {
      missing[dependent] -= 1;
      if (missing[dependent] === 0) ready.push(dependent);
    }
  }
  return order;
}

function reverse(links: Links): Links {
  const reversed: number[][] = links.map(() => []);
  for (const [from, own] of links.entries()) {
    for (const to of own) reversed[to].push(from);
  }
  return reversed;
}

/** Walks from the first blocked target into a cycle; returns it from its lowest index back to it. */
function findCycle(dependencies: Links, placed: ReadonlySet<number>): number[] {
  const isBlocked = (index: number) => !placed.has(index);
  const visited = new Set<number>();
  let current = dependencies.findIndex((_, index) => isBlocked(index));
  while (!visited.has(current)) {
    visited.add(current);
    // A target is blocked only because one of its dependencies is, so there is one to go to.
    current = dependencies[current].find(isBlocked)!;
  }

  const walk = [...visited];
  const cycle = walk.slice(walk.indexOf(current));
  const lowest = cycle.reduce((one, other) => Math.min(one, other));
  const first = cycle.indexOf(lowest);
  return [...cycle.slice(first), ...cycle.slice(0, first), lowest];
}
