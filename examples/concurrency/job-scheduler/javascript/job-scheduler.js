/** Runs a list of jobs that depend on each other, with a limit on how many run at the same time. */

// setTimeout fires at once when it is given more.
const MAX_DELAY = 2 ** 31 - 1;

/** The limit, a name or a timeout is invalid, or two jobs have the same name. */
export class InvalidArgumentError extends Error {
  name = "InvalidArgumentError";
}

/** A job depends on a name that is not in the list of jobs. */
export class UnknownDependencyError extends Error {
  name = "UnknownDependencyError";

  /**
   * @param {string} job the job that names the dependency
   * @param {string} dependency
   */
  constructor(job, dependency) {
    super(`job ${JSON.stringify(job)} depends on ${JSON.stringify(dependency)}, which is not in the list`);
    this.job = job;
    this.dependency = dependency;
  }
}

/** Jobs depend on each other in a circle. */
export class CycleError extends Error {
  name = "CycleError";

  /** @param {string[]} cycle names, each followed by one it depends on, the first one also at the end */
  constructor(cycle) {
    super(`the dependencies contain a cycle: ${cycle.join(" -> ")}`);
    this.cycle = cycle;
  }
}

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {(inputs: Map<string, unknown>, context: { signal: AbortSignal }) => unknown} run
 *   is called with the results of the jobs it depends on, by name; `signal` is aborted when the timeout has passed
 * @property {string[]} [dependsOn] names of the jobs that have to succeed first
 * @property {number} [timeout] milliseconds
 *
 * @typedef {object} JobReport
 * @property {string} name
 * @property {"succeeded" | "failed" | "skipped" | "cancelled" | "timed_out"} status
 * @property {unknown} result undefined unless succeeded
 * @property {unknown} error undefined unless failed: what was thrown or rejected with
 * @property {string | undefined} cause undefined unless skipped: the job that failed or timed out
 *
 * @typedef {object} Report
 * @property {Map<string, JobReport>} jobs by name
 * @property {string[]} started names in order of start
 */

/**
 * Runs every job once, at most `limit` at the same time, and reports how each of them ended. Of the jobs
 * that could start, the one that comes earliest in the list goes first.
 *
 * @param {Job[]} jobs
 * @param {object} options
 * @param {number} options.limit
 * @param {AbortSignal} [options.signal] once aborted, no further job starts; those that run are waited for
 * @param {(callback: () => void, milliseconds: number) => (() => void)} [options.startTimer]
 *   starts a timer and returns the function that stops it; default: setTimeout and clearTimeout
 * @returns {Promise<Report>}
 * @throws {InvalidArgumentError} if the limit, a name or a timeout is invalid, or two jobs have the same name
 * @throws {UnknownDependencyError} if a dependency is not the name of a job
 * @throws {CycleError} if the dependencies contain a cycle
 */
export async function runJobs(jobs, { limit, signal, startTimer = startPlatformTimer }) {
  checkArguments(jobs, limit);
  const nodes = createNodes(jobs);
  const cycle = findCycle(nodes);
  if (cycle) throw new CycleError(cycle.map((node) => node.name));
  return new Run(nodes, { limit, signal, startTimer }).execute();
}

function checkArguments(jobs, limit) {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new InvalidArgumentError(`the limit must be an integer of at least 1, not ${limit}`);
  }
  const names = new Set();
  for (const { name, timeout } of jobs) {
    if (name === "") throw new InvalidArgumentError("a job has an empty name");
    if (names.has(name)) throw new InvalidArgumentError(`two jobs have the name ${JSON.stringify(name)}`);
    if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
      throw new InvalidArgumentError(`the timeout of job ${JSON.stringify(name)} must be positive and finite`);
    }
    names.add(name);
  }
}

/**
 * A job in the graph of dependencies, and how far it has come.
 *
 * @typedef {object} Node
 * @property {number} position of the job in the list
 * @property {string} name
 * @property {Job} job
 * @property {number | undefined} timeout
 * @property {Node[]} dependencies each one once
 * @property {Node[]} dependants
 * @property {number} missing how many dependencies have not succeeded yet
 * @property {JobReport | undefined} report
 */

/** @returns {Node[]} in the order of the list */
function createNodes(jobs) {
  const nodes = jobs.map((job, position) => ({
    position,
    name: job.name,
    job,
    timeout: job.timeout,
    dependencies: [],
    dependants: [],
    missing: 0,
    report: undefined,
  }));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const node of nodes) link(node, byName);
  return nodes;
}

function link(node, byName) {
  for (const name of new Set(node.job.dependsOn)) {
    const dependency = byName.get(name);
    if (!dependency) throw new UnknownDependencyError(node.name, name);
    node.dependencies.push(dependency);
    dependency.dependants.push(node);
  }
  node.missing = node.dependencies.length;
}

/** @returns {Node[] | undefined} a cycle that begins and ends with its earliest job */
function findCycle(nodes) {
  const blocked = findBlocked(nodes);
  let [node] = blocked;
  if (!node) return undefined;
  const walk = new Set();
  while (!walk.has(node)) {
    walk.add(node);
    node = node.dependencies.find((dependency) => blocked.has(dependency));
  }
  const path = [...walk];
  const cycle = path.slice(path.indexOf(node));
  const earliest = cycle.reduce((first, other) => (other.position < first.position ? other : first));
  const start = cycle.indexOf(earliest);
  return [...cycle.slice(start), ...cycle.slice(0, start), earliest];
}

/** @returns {Set<Node>} the jobs that can never become ready: those in cycles and those that depend on them */
function findBlocked(nodes) {
  const missing = nodes.map((node) => node.missing);
  const runnable = nodes.filter((node) => node.missing === 0);
  for (const { dependants } of runnable) { // which grows meanwhile
    for (const dependant of dependants) {
      missing[dependant.position] -= 1;
      if (missing[dependant.position] === 0) runnable.push(dependant);
    }
  }
  return new Set(nodes).difference(new Set(runnable));
}

/** One run of jobs that have been checked. */
class Run {
  #nodes;
  #limit;
  #signal;
  #startTimer;
  /** @type {Node[]} in the order of the list; those before #next have been taken (shift is slow on a long array) */
  #ready;
  #next = 0;
  #running = 0;
  #started = [];
  #ended = Promise.withResolvers();

  constructor(nodes, { limit, signal, startTimer }) {
    this.#nodes = nodes;
    this.#limit = limit;
    this.#signal = signal;
    this.#startTimer = startTimer;
    this.#ready = nodes.filter((node) => node.missing === 0);
  }

  /** @returns {Promise<Report>} once no function is running and none can start */
  execute() {
    this.#fill();
    return this.#ended.promise;
  }

  get #cancelled() {
    return this.#signal?.aborted ?? false;
  }

  /** Gives the free places to the earliest ready jobs. */
  #fill() {
    while (this.#running < this.#limit && this.#next < this.#ready.length && !this.#cancelled) {
      this.#running += 1;
      const node = this.#ready[this.#next];
      this.#next += 1;
      this.#run(node).catch(this.#ended.reject);
    }
    if (this.#running === 0) this.#ended.resolve(this.#report());
  }

  async #run(node) {
    this.#started.push(node.name);
    node.report = await this.#call(node);
    if (node.report.status === "succeeded") {
      this.#releaseDependants(node);
    } else if (!this.#cancelled) {
      skipDependants(node);
    }
    this.#running -= 1;
    this.#fill();
  }

  /** Calls the job's function and returns the job's report. */
  async #call({ name, job, timeout, dependencies }) {
    const inputs = new Map(dependencies.map((dependency) => [dependency.name, dependency.report.result]));
    const deadline = new Deadline(timeout, this.#startTimer);
    let report;
    try {
      const result = await job.run(inputs, { signal: deadline.signal });
      report = createReport(name, "succeeded", { result });
    } catch (error) {
      report = createReport(name, "failed", { error });
    }
    deadline.end();
    return deadline.passed ? createReport(name, "timed_out") : report;
  }

  #releaseDependants(node) {
    for (const dependant of node.dependants) {
      dependant.missing -= 1;
      if (dependant.missing === 0) insertInOrder(this.#ready, this.#next, dependant);
    }
  }

  #report() {
    const jobs = new Map(this.#nodes.map(({ name, report }) => [name, report ?? createReport(name, "cancelled")]));
    return { jobs, started: this.#started };
  }
}

/** Skips all jobs that depend on `node` directly or through others and are not skipped yet. */
function skipDependants(node) {
  const pending = [node];
  while (pending.length > 0) {
    for (const dependant of pending.pop().dependants) {
      if (dependant.report) continue;
      dependant.report = createReport(dependant.name, "skipped", { cause: node.name });
      pending.push(dependant);
    }
  }
}

/** @returns {JobReport} */
function createReport(name, status, { result, error, cause } = {}) {
  return { name, status, result, error, cause };
}

/** Inserts a node into a list that, from `start` on, is in the order of the list of jobs. */
function insertInOrder(nodes, start, node) {
  let low = start;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nodes[middle].position < node.position) low = middle + 1;
    else high = middle;
  }
  nodes.splice(low, 0, node);
}

/** Aborts its signal if the timeout passes before `end` is called. */
class Deadline {
  #controller = new AbortController();
  #ended = false;
  #stopTimer;

  constructor(timeout, startTimer) {
    if (timeout !== undefined) this.#stopTimer = startTimer(() => this.#fire(), timeout);
  }

  get signal() {
    return this.#controller.signal;
  }

  get passed() {
    return this.signal.aborted;
  }

  end() {
    this.#ended = true;
    this.#stopTimer?.();
  }

  #fire() {
    if (!this.#ended) this.#controller.abort(new DOMException("the job has timed out", "TimeoutError"));
  }
}

/** Starts a timer of any length and returns the function that stops it. */
function startPlatformTimer(callback, milliseconds) {
  let timer;
  const wait = (remaining) => {
    timer =
      remaining > MAX_DELAY
        ? setTimeout(wait, MAX_DELAY, remaining - MAX_DELAY)
        : setTimeout(callback, remaining);
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
