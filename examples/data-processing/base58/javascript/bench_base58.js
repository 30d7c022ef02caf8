import { decode, encode } from "./base58.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function keys(n, random) {
  const values = Array.from({ length: n }, () => Uint8Array.from({ length: 32 }, () => random(256)));
  const same = (value, i) => Buffer.compare(value, values[i]) === 0;
  return [() => values.map((value) => decode(encode(value))), (result) => result.every(same)];
}

function longData(n, random) {
  const data = Uint8Array.from({ length: n }, () => random(256));
  return [() => encode(data), (result) => Buffer.compare(decode(result), data) === 0];
}

function longText(n, random) {
  const text = Array.from({ length: n }, () => ALPHABET[random(58)]).join("");
  return [() => decode(text), (result) => encode(result) === text];
}

export const workloads = {
  keys: [200, keys],
  long_data: [2_000, longData],
  long_text: [5_000, longText],
};
