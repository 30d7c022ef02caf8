import { naturalSort } from "./natural-sort.js";

function numbered(n, random) {
  const names = Array.from({ length: n }, () => `file${random(10_000)}.txt`);
  const isInOrder = (result) => {
    const numbers = result.map((name) => Number(name.slice(4, -4)));
    return numbers.length === n && numbers.every((number, index) => index === 0 || numbers[index - 1] <= number);
  };
  return [() => naturalSort(names), isInOrder];
}

function manyParts(n, random) {
  const names = Array.from({ length: n }, () => Array.from({ length: 8 }, () => `v${random(100)}`).join("."));
  // As numbers in base 100.
  const value = (name) => name.split(".").reduce((sum, part) => sum * 100 + Number(part.slice(1)), 0);
  return [() => naturalSort(names), (result) => result.every((name, index) => index === 0 || value(result[index - 1]) <= value(name))];
}

export const workloads = { numbered: [1_000, numbered], many_parts: [200, manyParts] };
