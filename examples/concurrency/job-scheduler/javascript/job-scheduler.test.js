import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { inspect, isDeepStrictEqual } from "node:util";

import { CycleError, InvalidArgumentError, runJobs, UnknownDependencyError } from "./job-scheduler.js";

const CHAIN_LENGTH = 10_000;
const GUARD = { timeout: 10_000 }; // only ever reached by a run that hangs
const UNUSUAL_NAMES = [
  "__proto__", "constructor", "toString", "hasOwnProperty", " ", "  ", "0", "00", "10", "A", "a",
  "\u00e9", "e\u0301", "a -> b", "\n", "\u0000",
];

/** Waits until nothing more happens by itself. */
async function settle() {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}

/**
 * Makes jobs that run until the test ends them, runs them, and records what happens to them.
 * Timers are known by their durations, so each job with a timeout needs one of its own.
 */
class Bench {
  called = [];
  running = [];
  inputs = new Map();
  signals = new Map();
  timers = new Map();
  controller = new AbortController();
  #gates = new Map();

  /** `run` is called instead of waiting for the test; a stubborn job runs on when it is told to stop. */
  job(name, dependsOn, { timeout, run, stubborn = false } = {}) {
    const wait = ({ signal }) => {
      const gate = Promise.withResolvers();
      this.#gates.set(name, gate);
      if (!stubborn) signal.addEventListener("abort", () => gate.reject(signal.reason));
      return gate.promise;
    };
    const record = async (inputs, context) => {
      this.called.push(name);
      this.running.push(name);
      this.inputs.set(name, inputs);
      this.signals.set(name, context.signal);
      try {
        return await (run ? run(inputs, context) : wait(context));
      } finally {
        this.running.splice(this.running.indexOf(name), 1);
      }
    };
    return { name, dependsOn, timeout, run: record };
  }

  /** Runs jobs that end by themselves. */
  run(jobs, limit = 10) {
    const { signal } = this.controller;
    return runJobs(jobs, { limit, signal, startTimer: (fire, duration) => this.#startTimer(fire, duration) });
  }

  /** Starts a run and returns once nothing more happens by itself. */
  async start(jobs, limit = 10) {
    const run = { ended: false };
    run.report = this.run(jobs, limit).finally(() => {
      run.ended = true;
    });
    await settle();
    return run;
  }

  async end(name, result) {
    this.#gates.get(name).resolve(result);
    await settle();
  }

  async fail(name, error = new Error(name)) {
    this.#gates.get(name).reject(error);
    await settle();
  }

  async fire(duration) {
    this.timers.get(duration).fire();
    await settle();
  }

  cancel() {
    this.controller.abort();
  }

  get toldToStop() {
    return [...this.signals].filter(([, signal]) => signal.aborted).map(([name]) => name);
  }

  get stoppedTimers() {
    return [...this.timers].filter(([, timer]) => timer.stopped).map(([duration]) => duration);
  }

  #startTimer(fire, duration) {
    assert.ok(!this.timers.has(duration));
    const timer = { fire, stopped: false };
    this.timers.set(duration, timer);
    return () => {
      timer.stopped = true;
    };
  }
}

const succeeded = (result) => ({ status: "succeeded", result, error: undefined, cause: undefined });
const failed = (error) => ({ status: "failed", result: undefined, error, cause: undefined });
const skipped = (cause) => ({ status: "skipped", result: undefined, error: undefined, cause });
const cancelled = { status: "cancelled", result: undefined, error: undefined, cause: undefined };
const timedOut = { status: "timed_out", result: undefined, error: undefined, cause: undefined };

/** Asserts the entries of a whole report, given as an object by name. */
function assertJobs(report, expected) {
  assert.ok(report.jobs instanceof Map);
  const actual = [...report.jobs].map(([key, { name, status, result, error, cause }]) => {
    assert.equal(name, key);
    return [key, { status, result, error, cause }];
  });
  assert.deepEqual(new Map(actual), new Map(Object.entries(expected)));
}

function statuses(report) {
  return Object.fromEntries([...report.jobs].map(([name, { status }]) => [name, status]));
}

/** Like deepEqual, which takes minutes to show the difference between lists of this length. */
function assertSameChain(actual, expected) {
  assert.ok(isDeepStrictEqual(actual, expected), `${inspect(actual)} instead of ${inspect(expected)}`);
}

function returns(result) {
  return async () => result;
}

function rejects(error) {
  return async () => {
    throw error;
  };
}

describe("order of starting", GUARD, () => {
  test("R1: starts ready jobs in the order of the list", async () => {
    const bench = new Bench();
    const report = await bench.run([..."cab"].map((name) => bench.job(name, [], { run: returns() })), 1);
    assert.deepEqual(bench.called, ["c", "a", "b"]);
    assert.deepEqual(report.started, ["c", "a", "b"]);
  });

  test("R1: an earlier job overtakes one that was ready before", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("late", ["a"]), bench.job("a"), bench.job("b")], 1);
    assert.deepEqual(bench.running, ["a"]);
    await bench.end("a");
    assert.deepEqual(bench.running, ["late"]);
    await bench.end("late");
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b");
    assert.deepEqual((await run.report).started, ["a", "late", "b"]);
  });

  test("R1: a later job waits for one that was ready before", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a"), bench.job("b"), bench.job("late", ["a"])], 1);
    await bench.end("a");
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b");
    await bench.end("late");
    assert.deepEqual((await run.report).started, ["a", "b", "late"]);
  });

  test("R1: always takes the earliest of many ready jobs", async () => {
    const bench = new Bench();
    const jobs = [
      bench.job("h", ["e", "c"], { run: returns() }),
      bench.job("g", ["b"], { run: returns() }),
      bench.job("f", ["d"], { run: returns() }),
      bench.job("e", ["a"], { run: returns() }),
      bench.job("d", [], { run: returns() }),
      bench.job("c", ["a"], { run: returns() }),
      bench.job("b", ["d"], { run: returns() }),
      bench.job("a", [], { run: returns() }),
    ];
    const report = await bench.run(jobs, 1);
    assert.deepEqual(report.started, ["d", "f", "b", "g", "a", "e", "c", "h"]);
    assert.deepEqual(bench.called, report.started);
  });

  test("R1: takes the earliest of more than ten ready jobs", async () => {
    const bench = new Bench();
    const names = Array.from({ length: 25 }, (_, position) => `j${position}`);
    const dependants = names.map((name) => bench.job(name, ["first"], { run: returns() }));
    const report = await bench.run([...dependants, bench.job("first", [], { run: returns() })], 1);
    assert.deepEqual(report.started, ["first", ...names]);
  });

  test("R1: a job does not wait for jobs that it does not depend on", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("slow"), bench.job("a"), bench.job("b", ["a"]), bench.job("c", ["b"]),
    ]);
    assert.deepEqual(bench.running, ["slow", "a"]);
    await bench.end("a");
    assert.deepEqual(bench.running, ["slow", "b"]);
    await bench.end("b");
    assert.deepEqual(bench.running, ["slow", "c"]);
    await bench.end("c");
    assert.equal(run.ended, false);
    await bench.end("slow");
    assert.deepEqual((await run.report).started, ["slow", "a", "b", "c"]);
  });

  test("R1: a job waits for all of its dependencies", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("d", ["a", "b", "c"]), bench.job("a"), bench.job("b"), bench.job("c"),
    ]);
    assert.deepEqual(bench.running, ["a", "b", "c"]);
    await bench.end("c");
    await bench.end("a");
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b");
    assert.deepEqual(bench.running, ["d"]);
    await bench.end("d");
    assert.deepEqual((await run.report).started, ["a", "b", "c", "d"]);
  });

  test("R1: one end may start several jobs", async () => {
    const bench = new Bench();
    const jobs = [bench.job("a"), bench.job("d", ["a"]), bench.job("c", ["a"]), bench.job("b", ["a"])];
    const run = await bench.start(jobs, 2);
    await bench.end("a");
    assert.deepEqual(bench.running, ["d", "c"]);
    await bench.end("d");
    assert.deepEqual(bench.running, ["c", "b"]);
    await bench.end("b");
    await bench.end("c");
    assert.deepEqual((await run.report).started, ["a", "d", "c", "b"]);
  });

  test("R1: the same jobs can be run again", async () => {
    const bench = new Bench();
    const jobs = [bench.job("b", ["a"], { run: returns(2) }), bench.job("a", [], { run: returns(1) })];
    await bench.run(jobs);
    const report = await bench.run(jobs);
    assertJobs(report, { a: succeeded(1), b: succeeded(2) });
    assert.deepEqual(report.started, ["a", "b"]);
    assert.deepEqual(bench.called, ["a", "b", "a", "b"]);
  });
});

describe("limit", GUARD, () => {
  for (const limit of [1, 2, 3, 6]) {
    test(`R2: runs exactly ${limit} of six functions at the same time`, async () => {
      const bench = new Bench();
      const names = [..."abcdef"];
      const run = await bench.start(names.map((name) => bench.job(name)), limit);
      for (const [position, name] of names.entries()) {
        assert.deepEqual(bench.running, names.slice(position, position + limit));
        await bench.end(name);
      }
      assert.deepEqual((await run.report).started, names);
    });
  }

  for (const limit of [4, 1_000, Number.MAX_SAFE_INTEGER]) {
    test(`R2: a limit of ${limit} runs all of three jobs at once`, async () => {
      const bench = new Bench();
      const run = await bench.start([bench.job("a"), bench.job("b"), bench.job("c")], limit);
      assert.deepEqual(bench.running, ["a", "b", "c"]);
      for (const name of "abc") await bench.end(name);
      assert.deepEqual((await run.report).started, ["a", "b", "c"]);
    });
  }

  test("R2 R6: a failed function gives its place to one job", async () => {
    const bench = new Bench();
    const run = await bench.start([..."abcd"].map((name) => bench.job(name)), 2);
    await bench.fail("a");
    assert.deepEqual(bench.running, ["b", "c"]);
    for (const name of "bcd") await bench.end(name);
    assert.deepEqual((await run.report).started, ["a", "b", "c", "d"]);
  });

  test("R2: the limit holds throughout a mixed run", async () => {
    let running = 0;
    let peak = 0;
    const work = (turns, error) => async () => {
      running += 1;
      peak = Math.max(peak, running);
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      running -= 1;
      if (error) throw error;
    };
    const jobs = Array.from({ length: 60 }, (_, n) => ({
      name: `j${n}`,
      run: work(n % 4, n % 17 === 16 ? new Error() : undefined),
      dependsOn: n % 3 === 2 ? [`j${Math.floor(n / 2)}`] : [],
    }));
    const report = await runJobs(jobs, { limit: 4 });
    assert.equal(peak, 4);
    assert.equal(report.jobs.size, 60);
  });
});

describe("results", GUARD, () => {
  test("R3: a function receives the results of direct dependencies only", async () => {
    const bench = new Bench();
    const report = await bench.run([
      bench.job("a", [], { run: returns(1) }),
      bench.job("b", ["a"], { run: returns([2]) }),
      bench.job("other", [], { run: returns(9) }),
      bench.job("c", ["b"], { run: returns("three") }),
      bench.job("d", ["c", "a"], { run: returns() }),
    ]);
    assert.deepEqual(bench.inputs.get("a"), new Map());
    assert.deepEqual(bench.inputs.get("b"), new Map([["a", 1]]));
    assert.deepEqual(bench.inputs.get("c"), new Map([["b", [2]]]));
    assert.deepEqual(bench.inputs.get("d"), new Map([["a", 1], ["c", "three"]]));
    assertJobs(report, {
      a: succeeded(1),
      b: succeeded([2]),
      other: succeeded(9),
      c: succeeded("three"),
      d: succeeded(undefined),
    });
  });

  for (const result of [undefined, null, 0, false, "", NaN, [], new Error("returned, not thrown")]) {
    test(`R3: ${inspect(result).split("\n")[0]} is a result`, async () => {
      const bench = new Bench();
      const report = await bench.run([
        bench.job("a", [], { run: returns(result) }), bench.job("b", ["a"], { run: returns() }),
      ]);
      assert.deepEqual(bench.inputs.get("b"), new Map([["a", result]]));
      assertJobs(report, { a: succeeded(result), b: succeeded(undefined) });
    });
  }

  test("R3: a function may return the result itself instead of a promise", async () => {
    let inputs;
    const report = await runJobs(
      [
        { name: "a", run: () => 5 },
        { name: "b", run: (given) => void (inputs = given), dependsOn: ["a"] },
      ],
      { limit: 1 },
    );
    assert.deepEqual(inputs, new Map([["a", 5]]));
    assertJobs(report, { a: succeeded(5), b: succeeded(undefined) });
  });

  test("R3: changed inputs are not seen elsewhere", async () => {
    const tamper = (inputs) => {
      inputs.set("a", "changed").set("added", true);
    };
    const bench = new Bench();
    const report = await bench.run(
      [
        bench.job("a", [], { run: returns("original") }),
        bench.job("b", ["a"], { run: tamper }),
        bench.job("c", ["a"], { run: returns() }),
        bench.job("d", ["a", "b"], { run: returns() }),
      ],
      1,
    );
    assert.deepEqual(bench.inputs.get("c"), new Map([["a", "original"]]));
    assert.deepEqual(bench.inputs.get("d"), new Map([["a", "original"], ["b", undefined]]));
    assert.deepEqual([...report.jobs.keys()].sort(), ["a", "b", "c", "d"]);
    assert.equal(report.jobs.get("a").result, "original");
  });
});

describe("invalid arguments and unknown dependencies", GUARD, () => {
  /** Asserts that no function is called and that the promise, not the call, fails. */
  async function assertRejected(makeJobs, errorClass, { limit = 1, isCancelled = false } = {}) {
    const bench = new Bench();
    if (isCancelled) bench.cancel();
    const job = (name, dependsOn, timeout) => bench.job(name, dependsOn, { timeout, run: returns() });
    const run = bench.run(makeJobs(job), limit);
    const error = await run.then(() => assert.fail("the run was not rejected"), (reason) => reason);
    assert.ok(error instanceof errorClass, inspect(error));
    assert.equal(error.name, errorClass.name);
    assert.deepEqual(bench.called, []);
    assert.equal(bench.timers.size, 0);
    return error;
  }

  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    test(`R4: a limit of ${limit} is invalid`, () =>
      assertRejected((job) => [job("a")], InvalidArgumentError, { limit }));
  }

  test("R4 R10: an invalid limit is refused for an empty list too", () =>
    assertRejected(() => [], InvalidArgumentError, { limit: 0 }));

  for (const names of [["a", ""], ["a", "a"], ["a", "b", "c", "b"]]) {
    test(`R4: the names ${JSON.stringify(names)} are invalid`, () =>
      assertRejected((job) => names.map((name) => job(name)), InvalidArgumentError));
  }

  for (const timeout of [0, -0, -1, -0.001, NaN, Infinity, -Infinity]) {
    test(`R4: a timeout of ${inspect(timeout)} is invalid`, () =>
      assertRejected((job) => [job("a"), job("b", [], timeout)], InvalidArgumentError));
  }

  test("R4: a dependency that is not in the list", async () => {
    const error = await assertRejected(
      (job) => [job("a"), job("b", ["a", "missing"])],
      UnknownDependencyError,
    );
    assert.deepEqual([error.job, error.dependency], ["b", "missing"]);
  });

  test("R4: the first unknown dependency is reported", async () => {
    const error = await assertRejected(
      (job) => [job("c", ["a"]), job("b", ["c", "z", "y"]), job("a", ["x"])],
      UnknownDependencyError,
    );
    assert.deepEqual([error.job, error.dependency], ["b", "z"]);
  });

  for (const dependency of ["A", "a ", " a", "aa", "toString", "__proto__"]) {
    test(`R4: the dependency ${JSON.stringify(dependency)} is unknown if there is only "a"`, async () => {
      const error = await assertRejected(
        (job) => [job("a"), job("b", [dependency])],
        UnknownDependencyError,
      );
      assert.deepEqual([error.job, error.dependency], ["b", dependency]);
    });
  }

  for (const [flaw, [limit, names, timeout]] of Object.entries({
    limit: [0, ["a", "b", "c"]],
    "repeated name": [1, ["a", "b", "a"]],
    "empty name": [1, ["a", "b", ""]],
    timeout: [1, ["a", "b", "c"], -1],
  })) {
    test(`R4: an invalid argument (${flaw}) precedes an unknown dependency and a cycle`, () => {
      const [first, second, third] = names;
      return assertRejected(
        (job) => [job(first, [first]), job(second, ["missing"]), job(third, [], timeout)],
        InvalidArgumentError,
        { limit },
      );
    });
  }

  test("R4 R5: an unknown dependency precedes a cycle", () =>
    assertRejected(
      (job) => [job("a", ["b"]), job("b", ["a"]), job("c", ["missing"])],
      UnknownDependencyError,
    ));

  test("R4 R5: a cancelled run is checked all the same", async () => {
    const isCancelled = true;
    await assertRejected((job) => [job("a")], InvalidArgumentError, { limit: 0, isCancelled });
    await assertRejected((job) => [job("a", ["missing"])], UnknownDependencyError, { isCancelled });
    await assertRejected((job) => [job("a", ["a"])], CycleError, { isCancelled });
  });
});

describe("cycles", GUARD, () => {
  async function findCycle(dependencies) {
    const bench = new Bench();
    const jobs = Object.entries(dependencies).map(([name, names]) => bench.job(name, [...names], { run: returns() }));
    const error = await bench.run(jobs).then(() => assert.fail("no cycle found"), (reason) => reason);
    assert.ok(error instanceof CycleError, inspect(error));
    assert.equal(error.name, "CycleError");
    assert.ok(error.message.includes(error.cycle.join(" -> ")), error.message);
    assert.deepEqual(bench.called, []);
    return error.cycle;
  }

  for (const [what, dependencies, cycle] of [
    ["itself", { a: "a" }, "aa"],
    ["itself twice", { a: "aa" }, "aa"],
    ["two", { a: "b", b: "a" }, "aba"],
    ["three against the list", { a: "c", b: "a", c: "b" }, "acba"],
    ["three along the list", { a: "b", b: "c", c: "a" }, "abca"],
    ["entered in the middle", { x: "c", b: "c", c: "d", d: "b" }, "bcdb"],
    ["jobs before and behind", { a: "", x: "ab", b: "ac", c: "ab", y: "c" }, "bcb"],
    ["branches without cycle", { a: "", b: "ae", c: "a", d: "bc", e: "cd" }, "bedb"],
  ]) {
    test(`R5: a cycle begins and ends with its earliest job: ${what}`, async () => {
      assert.deepEqual(await findCycle(dependencies), [...cycle]);
    });
  }

  test("R5: one of several cycles is given", async () => {
    const cycle = await findCycle({ a: "b", b: "ca", c: "db", d: "ce", e: "e", f: "ef" });
    assert.ok(["aba", "bcb", "cdc", "ee", "ff"].includes(cycle.join("")), cycle.join(""));
  });

  test("R5: a shared dependency is no cycle", async () => {
    const bench = new Bench();
    const run = returns();
    const report = await bench.run(
      [
        bench.job("top", ["left", "right", "bottom"], { run }),
        bench.job("left", ["bottom"], { run }),
        bench.job("right", ["bottom"], { run }),
        bench.job("bottom", [], { run }),
      ],
      1,
    );
    assert.deepEqual(report.started, ["bottom", "left", "right", "top"]);
  });
});

describe("failing", GUARD, () => {
  test("R6: a failure skips direct and indirect dependants only", async () => {
    const error = new Error("boom");
    const bench = new Bench();
    const report = await bench.run(
      [
        bench.job("d", ["c", "ok"], { run: returns() }),
        bench.job("c", ["b"], { run: returns() }),
        bench.job("b", ["a"], { run: returns() }),
        bench.job("a", [], { run: rejects(error) }),
        bench.job("ok", [], { run: returns(1) }),
        bench.job("after", ["ok"], { run: returns(2) }),
      ],
      1,
    );
    assertJobs(report, {
      a: failed(error),
      b: skipped("a"),
      c: skipped("a"),
      d: skipped("a"),
      ok: succeeded(1),
      after: succeeded(2),
    });
    assert.equal(report.jobs.get("a").error, error);
    assert.deepEqual(report.started, ["a", "ok", "after"]);
    assert.deepEqual(bench.called, ["a", "ok", "after"]);
  });

  test("R6: the cause is the job that failed first", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a"), bench.job("b"), bench.job("both", ["a", "b"]), bench.job("end", ["both"]),
      bench.job("only", ["a"]),
    ]);
    await bench.fail("b");
    await bench.fail("a");
    const { jobs } = await run.report;
    const causes = ["both", "end", "only"].map((name) => jobs.get(name).cause);
    assert.deepEqual(causes, ["b", "b", "a"]);
  });

  test("R6: a later failure does not reach through skipped jobs", async () => {
    const errors = { a: new Error("a"), b: new Error("b") };
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a"), bench.job("b"), bench.job("c", ["a"]), bench.job("d", ["c", "b"]),
    ]);
    await bench.fail("a", errors.a);
    await bench.fail("b", errors.b);
    assertJobs(await run.report, { a: failed(errors.a), b: failed(errors.b), c: skipped("a"), d: skipped("a") });
  });

  test("R6: the success of one dependency does not revive a skipped job", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a"), bench.job("b"), bench.job("c", ["a", "b"])]);
    await bench.fail("a");
    await bench.end("b");
    const report = await run.report;
    assert.deepEqual(statuses(report), { a: "failed", b: "succeeded", c: "skipped" });
    assert.deepEqual(report.started, ["a", "b"]);
    assert.deepEqual(bench.called, ["a", "b"]);
  });

  test("R6: running functions are not told to stop by a failure", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a"), bench.job("b"), bench.job("c", ["b"])]);
    await bench.fail("a");
    assert.deepEqual(bench.running, ["b"]);
    assert.equal(run.ended, false);
    await bench.end("b");
    await bench.end("c");
    assert.deepEqual(statuses(await run.report), { a: "failed", b: "succeeded", c: "succeeded" });
    assert.deepEqual(bench.toldToStop, []);
  });

  test("R6: a function that throws at once fails", async () => {
    const error = new Error("boom");
    const run = () => {
      throw error;
    };
    const report = await runJobs(
      [{ name: "a", run }, { name: "b", run: returns(), dependsOn: ["a"] }, { name: "c", run: returns() }],
      { limit: 1 },
    );
    assertJobs(report, { a: failed(error), b: skipped("a"), c: succeeded(undefined) });
  });

  for (const reason of [undefined, null, 0, "", false]) {
    test(`R6: rejecting with ${inspect(reason)} is a failure`, async () => {
      const bench = new Bench();
      const report = await bench.run([
        bench.job("a", [], { run: rejects(reason) }), bench.job("b", ["a"], { run: returns() }),
      ]);
      assertJobs(report, { a: failed(reason), b: skipped("a") });
    });
  }

  test("R6: many functions that throw at once fail one after the other", async () => {
    const error = new Error("boom");
    const run = () => {
      throw error;
    };
    const jobs = Array.from({ length: CHAIN_LENGTH }, (_, n) => ({ name: `${n}`, run }));
    const report = await runJobs(jobs, { limit: 1 });
    assertSameChain(report.started, jobs.map(({ name }) => name));
    assert.ok([...report.jobs.values()].every(({ status }) => status === "failed"));
  });
});

describe("timeouts", GUARD, () => {
  test("R7: the timer is started with the job", async () => {
    const bench = new Bench();
    const run = await bench.start(
      [
        bench.job("a", [], { timeout: 1.5 }),
        bench.job("b", [], { timeout: 7 }),
        bench.job("c"),
        bench.job("d", ["b"], { timeout: 3 }),
      ],
      2,
    );
    assert.deepEqual([...bench.timers.keys()], [1.5, 7]);
    await bench.end("a");
    assert.deepEqual(bench.running, ["b", "c"]);
    assert.deepEqual([...bench.timers.keys()], [1.5, 7]);
    await bench.end("b");
    assert.deepEqual([...bench.timers.keys()], [1.5, 7, 3]);
    await bench.end("c");
    await bench.end("d");
    assert.deepEqual((await run.report).started, ["a", "b", "c", "d"]);
  });

  test("R7: a timed-out function is told to stop and its dependants are skipped", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a", [], { timeout: 1 }), bench.job("b", ["a"]), bench.job("c", ["b"]),
      bench.job("other"), bench.job("d", ["other"]),
    ]);
    assert.deepEqual(bench.toldToStop, []);
    await bench.fire(1);
    assert.deepEqual(bench.toldToStop, ["a"]);
    assert.deepEqual(bench.running, ["other"]);
    await bench.end("other", 5);
    await bench.end("d", 6);
    const report = await run.report;
    assertJobs(report, {
      a: timedOut,
      b: skipped("a"),
      c: skipped("a"),
      other: succeeded(5),
      d: succeeded(6),
    });
    assert.deepEqual(report.started, ["a", "other", "d"]);
  });

  test("R7: only the job whose timer fires is told to stop", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a", [], { timeout: 1 }), bench.job("b", [], { timeout: 2 }), bench.job("c"),
    ]);
    await bench.fire(2);
    assert.deepEqual(bench.toldToStop, ["b"]);
    assert.deepEqual(bench.running, ["a", "c"]);
    await bench.end("a");
    await bench.end("c");
    assert.deepEqual(statuses(await run.report), { a: "succeeded", b: "timed_out", c: "succeeded" });
  });

  test("R7: the timer is stopped when the function ends first", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a", [], { timeout: 1 }), bench.job("b", [], { timeout: 2 }), bench.job("c", [], { timeout: 3 }),
    ]);
    assert.deepEqual(bench.stoppedTimers, []);
    await bench.end("a");
    assert.deepEqual(bench.stoppedTimers, [1]);
    await bench.fail("b");
    assert.deepEqual(bench.stoppedTimers, [1, 2]);
    await bench.end("c");
    assert.deepEqual(bench.stoppedTimers, [1, 2, 3]);
    assert.deepEqual(statuses(await run.report), { a: "succeeded", b: "failed", c: "succeeded" });
    assert.deepEqual(bench.toldToStop, []);
  });

  const untilAborted = (_, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });

  test("R7: the default timer times out", async () => {
    const report = await runJobs(
      [{ name: "a", run: untilAborted, timeout: 2 }, { name: "b", run: returns(), dependsOn: ["a"] }],
      { limit: 1 },
    );
    assertJobs(report, { a: timedOut, b: skipped("a") });
  });

  test("R7: the default timer is stopped when the function ends first", async () => {
    const countTimers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = countTimers();
    const report = await runJobs([{ name: "a", run: returns(1), timeout: 1_000 }], { limit: 1 });
    assert.equal(countTimers(), before);
    assertJobs(report, { a: succeeded(1) });
  });

  test("R7: the default timer does not fire early when the timeout is longer than setTimeout allows", async (t) => {
    const { setTimeout } = globalThis;
    // A timer that is left over must not keep the test process alive for weeks.
    t.mock.method(globalThis, "setTimeout", (...args) => setTimeout(...args).unref());
    let aborted;
    const run = async (_, { signal }) => {
      await sleep(5);
      aborted = signal.aborted;
    };
    const report = await runJobs([{ name: "a", run, timeout: 2 ** 31 }], { limit: 1 });
    assert.equal(aborted, false);
    assertJobs(report, { a: succeeded(undefined) });
  });

  test("R7: the default timer fires when a very long timeout has passed", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const dayMs = 24 * 60 * 60 * 1_000;
    let signal;
    const run = (inputs, context) => {
      ({ signal } = context);
      return untilAborted(inputs, context);
    };
    const report = runJobs([{ name: "a", run, timeout: 60 * dayMs }], { limit: 1 });
    await settle();
    for (let day = 0; day < 59; day += 1) t.mock.timers.tick(dayMs);
    assert.equal(signal.aborted, false);
    // A timer that is started within a tick counts from the end of the tick, hence a few days more.
    for (let day = 59; day < 64; day += 1) t.mock.timers.tick(dayMs);
    assert.equal(signal.aborted, true);
    assertJobs(await report, { a: timedOut });
  });

  test("R8: a stubborn function keeps its place", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1, stubborn: true }), bench.job("b")], 1);
    await bench.fire(1);
    assert.deepEqual(bench.toldToStop, ["a"]);
    assert.deepEqual(bench.called, ["a"]);
    await bench.end("a", "late");
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b");
    assertJobs(await run.report, { a: timedOut, b: succeeded(undefined) });
  });

  test("R8: the run does not end before a stubborn function", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1, stubborn: true })]);
    await bench.fire(1);
    assert.equal(run.ended, false);
    await bench.end("a");
    assert.equal(run.ended, true);
    assertJobs(await run.report, { a: timedOut });
  });

  test("R8: an error after the timeout is dropped", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1, stubborn: true }), bench.job("b", ["a"])]);
    await bench.fire(1);
    await bench.fail("a");
    assertJobs(await run.report, { a: timedOut, b: skipped("a") });
  });

  test("R8: a result given on being told to stop is dropped", async () => {
    const giveWhatThereIs = (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve("partial"));
      });
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1, run: giveWhatThereIs }), bench.job("b", ["a"])]);
    await bench.fire(1);
    assertJobs(await run.report, { a: timedOut, b: skipped("a") });
    assert.deepEqual(bench.called, ["a"]);
  });

  test("R8: a timer that fires inside the function counts", async () => {
    const bench = new Bench();
    const outlastTimer = async () => {
      await settle();
      bench.timers.get(1).fire();
      return "too late";
    };
    const report = await bench.run([
      bench.job("a", [], { timeout: 1, run: outlastTimer }), bench.job("b", ["a"], { run: returns() }),
    ]);
    assertJobs(report, { a: timedOut, b: skipped("a") });
  });

  test("R8: dependants are not skipped before the function ends", async () => {
    const error = new Error("boom");
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a", [], { timeout: 1, stubborn: true }), bench.job("b"), bench.job("c", ["a", "b"]),
    ]);
    await bench.fire(1);
    await bench.fail("b", error);
    await bench.end("a");
    assertJobs(await run.report, { a: timedOut, b: failed(error), c: skipped("b") });
  });

  test("R8: a timer that fires after a dependant has started changes nothing", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1 }), bench.job("b", ["a"])]);
    await bench.end("a", 1);
    assert.deepEqual(bench.running, ["b"]);
    await bench.fire(1);
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b", 2);
    assertJobs(await run.report, { a: succeeded(1), b: succeeded(2) });
    assert.deepEqual(bench.toldToStop, []);
  });

  test("R8: a timer that fires after the run changes nothing", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1 })]);
    await bench.end("a", 1);
    const report = await run.report;
    await bench.fire(1);
    assertJobs(report, { a: succeeded(1) });
    assert.deepEqual(report.started, ["a"]);
    assert.deepEqual(bench.toldToStop, []);
  });
});

describe("cancelling", GUARD, () => {
  test("R9: a cancelled run starts nothing and waits for running functions", async () => {
    const error = new Error("boom");
    const bench = new Bench();
    const run = await bench.start(
      [bench.job("a"), bench.job("b"), bench.job("ready"), bench.job("c", ["a"]), bench.job("d", ["c"])],
      2,
    );
    bench.cancel();
    await settle();
    assert.deepEqual(bench.running, ["a", "b"]);
    assert.equal(run.ended, false);
    await bench.end("a", 1);
    assert.equal(run.ended, false);
    await bench.fail("b", error);
    const report = await run.report;
    assertJobs(report, { a: succeeded(1), b: failed(error), ready: cancelled, c: cancelled, d: cancelled });
    assert.deepEqual(report.started, ["a", "b"]);
    assert.deepEqual(bench.called, ["a", "b"]);
    assert.deepEqual(bench.toldToStop, []);
  });

  test("R9: a failure after cancelling skips nothing", async () => {
    const error = new Error("boom");
    const bench = new Bench();
    const run = await bench.start([bench.job("a"), bench.job("b", ["a"]), bench.job("c", ["b"])]);
    bench.cancel();
    await bench.fail("a", error);
    assertJobs(await run.report, { a: failed(error), b: cancelled, c: cancelled });
  });

  test("R9: jobs skipped before cancelling stay skipped", async () => {
    const bench = new Bench();
    const run = await bench.start(
      [bench.job("a"), bench.job("d"), bench.job("b", ["a"]), bench.job("c", ["b"]), bench.job("e"), bench.job("f")],
      2,
    );
    await bench.fail("a");
    bench.cancel();
    await bench.end("d");
    await bench.end("e");
    const report = await run.report;
    assert.deepEqual(statuses(report), {
      a: "failed", d: "succeeded", b: "skipped", c: "skipped", e: "succeeded", f: "cancelled",
    });
    assert.equal(report.jobs.get("c").cause, "a");
  });

  test("R9: a function that cancels the run and succeeds", async () => {
    const bench = new Bench();
    const cancelRun = async () => {
      bench.cancel();
      return "last";
    };
    const report = await bench.run(
      [
        bench.job("a", [], { run: cancelRun }),
        bench.job("b", ["a"], { run: returns() }),
        bench.job("c", [], { run: returns() }),
      ],
      1,
    );
    assertJobs(report, { a: succeeded("last"), b: cancelled, c: cancelled });
    assert.deepEqual(report.started, ["a"]);
    assert.deepEqual(bench.called, ["a"]);
  });

  test("R9: a function that cancels the run and fails", async () => {
    const error = new Error("boom");
    const bench = new Bench();
    const cancelRun = async () => {
      bench.cancel();
      throw error;
    };
    const report = await bench.run([
      bench.job("a", [], { run: cancelRun }), bench.job("b", ["a"], { run: returns() }),
    ]);
    assertJobs(report, { a: failed(error), b: cancelled });
  });

  test("R9: timeouts stay in force after cancelling", async () => {
    const bench = new Bench();
    const run = await bench.start([
      bench.job("a", [], { timeout: 1 }), bench.job("b", ["a"]), bench.job("c", [], { timeout: 2 }),
    ]);
    bench.cancel();
    await settle();
    assert.deepEqual(bench.stoppedTimers, []);
    assert.deepEqual(bench.toldToStop, []);
    await bench.fire(1);
    assert.deepEqual(bench.toldToStop, ["a"]);
    await bench.end("c");
    assert.ok(bench.stoppedTimers.includes(2));
    assertJobs(await run.report, { a: timedOut, b: cancelled, c: succeeded(undefined) });
  });

  test("R8 R9: cancelling between the timeout and the end of the function", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a", [], { timeout: 1, stubborn: true }), bench.job("b", ["a"])]);
    await bench.fire(1);
    bench.cancel();
    await settle();
    assert.equal(run.ended, false);
    await bench.end("a");
    assertJobs(await run.report, { a: timedOut, b: cancelled });
  });

  test("R9: cancelling after the last start changes nothing", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("a"), bench.job("b", ["a"])]);
    await bench.end("a", 1);
    bench.cancel();
    await bench.end("b", 2);
    assertJobs(await run.report, { a: succeeded(1), b: succeeded(2) });
  });
});

describe("edge cases", GUARD, () => {
  test("R10: an empty list gives an empty report", async () => {
    const report = await runJobs([], { limit: 1 });
    assertJobs(report, {});
    assert.deepEqual(report.started, []);
  });

  test("R10: an empty list in a cancelled run", async () => {
    const bench = new Bench();
    bench.cancel();
    const report = await bench.run([]);
    assertJobs(report, {});
    assert.deepEqual(report.started, []);
  });

  test("R10: a run cancelled before it begins", async () => {
    const bench = new Bench();
    bench.cancel();
    const report = await bench.run([bench.job("a", [], { timeout: 1 }), bench.job("b", ["a"])]);
    assertJobs(report, { a: cancelled, b: cancelled });
    assert.deepEqual(report.started, []);
    assert.deepEqual(bench.called, []);
    assert.equal(bench.timers.size, 0);
  });

  test("R10: a dependency named twice counts once", async () => {
    const bench = new Bench();
    const run = await bench.start([bench.job("c", ["a", "b", "a", "a"]), bench.job("a"), bench.job("b")]);
    await bench.end("a", 1);
    assert.deepEqual(bench.running, ["b"]);
    await bench.end("b", 2);
    assert.deepEqual(bench.running, ["c"]);
    assert.deepEqual(bench.inputs.get("c"), new Map([["a", 1], ["b", 2]]));
    await bench.end("c");
    assert.deepEqual((await run.report).started, ["a", "b", "c"]);
  });

  test("R10: unusual names work like any other", async () => {
    const bench = new Bench();
    const jobs = UNUSUAL_NAMES.map((name) => bench.job(name, [], { run: returns([name]) }));
    const last = bench.job("last", UNUSUAL_NAMES, { run: returns() });
    const report = await bench.run([last, ...jobs]);
    assert.deepEqual(report.started, [...UNUSUAL_NAMES, "last"]);
    assert.deepEqual(bench.inputs.get("last"), new Map(UNUSUAL_NAMES.map((name) => [name, [name]])));
    assert.equal(report.jobs.size, UNUSUAL_NAMES.length + 1);
    for (const name of UNUSUAL_NAMES) assert.deepEqual(report.jobs.get(name).result, [name]);
  });

  test("R10: an unusual name as cause", async () => {
    const bench = new Bench();
    const report = await bench.run([
      bench.job("__proto__", [], { run: rejects(new Error("boom")) }), bench.job(" ", ["__proto__"]),
    ]);
    assert.equal(report.jobs.get(" ").status, "skipped");
    assert.equal(report.jobs.get(" ").cause, "__proto__");
  });

  /** Jobs 0, 1, 2, ... of which each depends on the one before and adds 1 to its result. */
  function chain(first) {
    const run = (inputs) => {
      const [result] = inputs.values();
      return result + 1;
    };
    const rest = Array.from({ length: CHAIN_LENGTH - 1 }, (_, n) => ({ name: `${n + 1}`, run, dependsOn: [`${n}`] }));
    return [{ name: "0", ...first }, ...rest];
  }

  for (const [how, order] of Object.entries({
    forwards: (jobs) => jobs,
    backwards: (jobs) => jobs.toReversed(),
    mixed: (jobs) => jobs.map((_, position) => jobs[(position * 7919) % jobs.length]),
  })) {
    test(`R10: a long chain listed ${how} is run`, async () => {
      const report = await runJobs(order(chain({ run: () => 0 })), { limit: 3 });
      assertSameChain(report.started, Array.from({ length: CHAIN_LENGTH }, (_, n) => `${n}`));
      assert.equal(report.jobs.get(`${CHAIN_LENGTH - 1}`).result, CHAIN_LENGTH - 1);
    });

    test(`R10: a long chain listed ${how} is skipped`, async () => {
      const report = await runJobs(order(chain({ run: rejects(new Error("boom")) })), { limit: 3 });
      assert.deepEqual(report.started, ["0"]);
      assert.equal(report.jobs.size, CHAIN_LENGTH);
      const causes = new Set([...report.jobs.values()].map(({ cause }) => cause));
      assert.deepEqual(causes, new Set([undefined, "0"]));
    });

    test(`R10: a long chain listed ${how} is reported as a cycle`, async () => {
      const jobs = order(chain({ run: returns(), dependsOn: [`${CHAIN_LENGTH - 1}`] }));
      const error = await runJobs(jobs, { limit: 3 }).catch((reason) => reason);
      assert.ok(error instanceof CycleError, inspect(error));
      const first = Number(jobs[0].name);
      const expected = Array.from(
        { length: CHAIN_LENGTH + 1 },
        (_, n) => `${(first - n + CHAIN_LENGTH) % CHAIN_LENGTH}`,
      );
      assertSameChain(error.cycle, expected);
    });
  }
});
