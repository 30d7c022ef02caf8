import assert from "node:assert/strict";
import { pbkdf2Sync, scryptSync } from "node:crypto";
import { before, test } from "node:test";

import { hashPassword, verifyPassword } from "./passwords.ts";

const PASSWORD = "Corréct horse \u{1F600} ";
let stored: string;

before(async () => {
  stored = await hashPassword(PASSWORD);
});

function deriveAgain(scheme: string, costs: number[], salt: Buffer, length: number): Buffer {
  if (scheme === "scrypt") {
    const [N = 0, r = 0, p = 0] = costs;
    assert.ok(N >= 16384 && r >= 8 && p >= 1, `cost of ${costs}`);
    return scryptSync(PASSWORD, salt, length, { N, r, p, maxmem: 256 * N * r });
  }
  assert.equal(scheme, "pbkdf2-sha256");
  assert.equal(costs.length, 1);
  assert.ok(costs[0]! >= 600_000, `cost of ${costs}`);
  return pbkdf2Sync(PASSWORD, salt, costs[0]!, length, "sha256");
}

test("R4: a hash is text that says how it was made, with enough cost", () => {
  const parts = stored.split("$");
  const [salt, key] = parts.slice(-2).map((text) => Buffer.from(text, "base64")) as [Buffer, Buffer];
  assert.deepEqual([salt.toString("base64"), key.toString("base64")], parts.slice(-2));
  assert.ok(salt.length >= 16);
  assert.ok(key.length >= 32);
  const costs = parts.slice(1, -2);
  assert.deepEqual(costs.map(Number).map(String), costs);
  assert.deepEqual(key, deriveAgain(parts[0]!, costs.map(Number), salt, key.length));
});

test("R4: each hash has its own salt", async () => {
  const again = await hashPassword(PASSWORD);
  assert.notEqual(again.split("$").at(-2), stored.split("$").at(-2));
  assert.notEqual(again.split("$").at(-1), stored.split("$").at(-1));
  assert.equal(await verifyPassword(PASSWORD, again), true);
  assert.equal(await verifyPassword(PASSWORD, stored), true);
});

for (const other of [PASSWORD.trim(), PASSWORD.toLowerCase(), PASSWORD.normalize("NFD")]) {
  test(`R4: ${JSON.stringify(other)} is another password`, async () => {
    assert.equal(await verifyPassword(other, stored), false);
  });
}

test("R4 R10: a password with U+0000 or an unpaired surrogate verifies nothing", async () => {
  assert.equal(await verifyPassword(`${PASSWORD}\0`, stored), false);
  assert.equal(await verifyPassword("replaced \ud83d", await hashPassword("replaced \ufffd")), false);
});
