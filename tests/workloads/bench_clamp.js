import { clamp } from "./clamp.js";

const numbers = (n, random, below) => Array.from({ length: n }, () => random(below));

function clamped(n, random) {
  const values = numbers(n, random, 1_000);
  // With 1,000 values the sum is the same in every language, because the values are.
  return [() => values.reduce((sum, value) => sum + clamp(value, 250, 750), 0), (result) => n !== 1_000 || result === 508_073];
}

function constant(n, random) {
  const values = numbers(n, random, 1_000);
  const run = () => {
    let sum = 0;
    for (let i = 0; i < 16; i += 1) sum += clamp(values[i], 250, 750);
    return sum;
  };
  return [run, (result) => result > 0];
}

function inOrder(n, random) {
  const values = numbers(n, random, 1_000_000);
  const run = () => values.toSorted((one, other) => clamp(one, 0, 1_000_000) - other);
  return [run, (result) => result.every((value, index) => index === 0 || result[index - 1] <= value)];
}

function pairs(n, random) {
  const values = numbers(n, random, 1_000);
  // A sum would leave the small integers, whose arithmetic is quicker; `for … of` takes four times as long from 512 on.
  const run = () => {
    let most = 0;
    for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) most = Math.max(most, clamp(values[i], 0, values[j]));
    return most;
  };
  return [run, (result) => result > 0];
}

export const workloads = { clamped: [1_000, clamped], constant: [1_000, constant], in_order: [1_000, inOrder], pairs: [64, pairs] };
