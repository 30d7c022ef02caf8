import { clamp } from "./clamp.ts";

function clamped(n: number, random: (below: number) => number) {
  const values = Array.from({ length: n }, () => random(1_000));
  // With 1,000 values the sum is the same in every language, because the values are.
  const run = () => values.reduce((sum, value) => sum + clamp(value, 250, 750), 0);
  return [run, (result: number) => n !== 1_000 || result === 508_073];
}

export const workloads = { clamped: [1_000, clamped] };
