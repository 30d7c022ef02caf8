import { compare, sort } from "./semantic-version.js";

const STAGES = ["alpha", "beta", "rc"];

// In the order of their texts, arm10 stands before arm2.
const ARMS = Array.from({ length: 200 }, (_, i) => i).sort((a, b) => (`${a}` < `${b}` ? -1 : 1));

/** A version as projects have them, and its place in the order. */
function release(random) {
  const [major, minor, patch] = [random(4), random(20), random(30)];
  let [stage, number] = [random(8), random(12)];
  let text = `${major}.${minor}.${patch}`;
  if (stage < STAGES.length) {
    text += `-${STAGES[stage]}.${number}`;
  } else {
    [stage, number] = [STAGES.length, 0];
  }
  if (random(8) === 0) text += `+build.${random(1000)}`;
  return [text, (((major * 20 + minor) * 30 + patch) * 4 + stage) * 12 + number];
}

/** A build of one and the same version, and its place in the order. */
function nightly(random) {
  const [year, day, run, isText] = [2000 + random(30), random(365), random(200), random(2)];
  const target = isText ? `arm${run}` : run;
  const place = ((year * 365 + day) * 2 + isText) * 200 + (isText ? ARMS.indexOf(run) : run);
  return [`3.0.0-nightly.linux-x86-64.${year}.${day}.${target}`, place];
}

function sortOf(one) {
  return (n, random) => {
    const places = new Map(Array.from({ length: n }, () => one(random)));
    const versions = [...places.keys()];
    const expected = [...places.values()].sort((a, b) => a - b);
    return [
      () => sort(versions),
      (result) => result.length === expected.length && result.every((text, i) => places.get(text) === expected[i]),
    ];
  };
}

function compareReleases(n, random) {
  const pairs = Array.from({ length: n }, () => [release(random), release(random)]);
  return [
    () => pairs.map(([[first], [second]]) => compare(first, second)),
    (result) => pairs.every(([[, first], [, second]], i) => result[i] === Math.sign(first - second)),
  ];
}

export const workloads = {
  sort_releases: [2_000, sortOf(release)],
  sort_nightlies: [500, sortOf(nightly)],
  compare_releases: [4_000, compareReleases],
};
