// Runs a workload of `bench_*` and reports what it took; see `stages/core/driver.py` for the protocol.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { BENCH_FILE, BENCH_SIZES, BENCH_WORKLOAD } = process.env;
const [least, LOOPS, most, VALUES, warmup] = ["LEAST_NS", "LOOPS", "MOST_NS", "VALUES", "WARMUP_NS"].map((name) => Number(process.env[`BENCH_${name}`]));
const output = openSync("/tmp/bench.tsv", "w");
const tell = (...fields) => writeSync(output, `${fields.join("\t")}\n`);

function seeded() {
  let state = 2463534242;
  return (below) => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state % below;
  };
}

const status = (field) => Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))[1]);

const { workloads } = await import(pathToFileURL(resolve(BENCH_FILE)).href);
if (!BENCH_WORKLOAD) {
  for (const [name, [size]] of Object.entries(workloads)) tell("workload", name, size);
} else {
  const prepare = workloads[BENCH_WORKLOAD][1];
  for (const size of BENCH_SIZES.split(" ").map(Number)) {
    const [run, check] = await prepare(size, seeded());
    let result;
    const waits = VALUES + LOOPS > 0 && run.constructor.name === "AsyncFunction";
    const measure = async (kind, loops) => {
      const switches = status("voluntary_ctxt_switches");
      const wall = process.hrtime.bigint();
      const before = process.cpuUsage();
      if (waits) for (let i = 0; i < loops; i += 1) result = await run();
      else for (let i = 0; i < loops; i += 1) result = run();
      const used = process.cpuUsage(before);
      const took = Number(process.hrtime.bigint() - wall);
      const cpu = (used.user + used.system) * 1000;
      tell(kind, size, loops, cpu, took, status("voluntary_ctxt_switches") - switches);
      return [cpu, took];
    };
    let loops = LOOPS || 1;
    if (!VALUES) for (let i = 0; i < LOOPS; i += 1) result = await run();
    for (let spent = 0, slowest = 0; VALUES && (spent < warmup || (!LOOPS && slowest < least)); ) {
      const [cpu, wall] = await measure("warmup", loops);
      slowest = Math.max(cpu, wall / 50);
      spent += slowest;
      if (!LOOPS && slowest < least) loops *= 2;
    }
    let once = 0;
    for (let i = 0; i < VALUES; i += 1) once = Math.max(once, (await measure("value", loops))[1] / loops);
    tell("peak", size, status("VmHWM"));
    if (VALUES || LOOPS) tell("check", size, (await check(result)) ? 1 : 0);
    if (once > most) break;
  }
}
closeSync(output);
