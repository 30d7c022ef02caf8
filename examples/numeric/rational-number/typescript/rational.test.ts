import assert from "node:assert/strict";
import { test } from "node:test";

import { Rational } from "./rational.ts";

const MAX = 2n ** 63n - 1n;

const of = (numerator: bigint, denominator?: bigint): Rational => new Rational(numerator, denominator);
const parse = (text: string): Rational => Rational.parse(text);

function assertText(expected: string, value: Rational): void {
  assert.equal(value.toString(), expected);
}

test("R1: one form for equal fractions", () => {
  const cases: [bigint, bigint, bigint, bigint, string][] = [
    [3n, 4n, 3n, 4n, "3/4"],
    [6n, 8n, 3n, 4n, "3/4"],
    [6n, -8n, -3n, 4n, "-3/4"],
    [-6n, 8n, -3n, 4n, "-3/4"],
    [-6n, -8n, 3n, 4n, "3/4"],
    [0n, -5n, 0n, 1n, "0"],
    [0n, 7n, 0n, 1n, "0"],
    [10n, 5n, 2n, 1n, "2"],
    [-7n, 7n, -1n, 1n, "-1"],
    [1n, 10n, 1n, 10n, "1/10"],
  ];
  for (const [numerator, denominator, lowestNumerator, lowestDenominator, text] of cases) {
    const value = of(numerator, denominator);
    assert.equal(value.numerator, lowestNumerator);
    assert.equal(value.denominator, lowestDenominator);
    assertText(text, value);
    assert.equal(value.equals(of(lowestNumerator, lowestDenominator)), true);
    assert.deepEqual(value, of(lowestNumerator, lowestDenominator));
  }
  assertText("5", of(5n));
  assert.equal(of(5n).denominator, 1n);
});

test("R1: unequal fractions", () => {
  for (const other of [of(1n, 3n), of(-1n, 2n), of(3n, 2n), of(1n)]) {
    assert.equal(of(1n, 2n).equals(other), false);
    assert.equal(other.equals(of(1n, 2n)), false);
  }
  assert.equal(of(1n, 2n).equals(of(-2n, -4n)), true);
});

test("R2: arithmetic", () => {
  const cases: [string, string, string, string, string, string][] = [
    ["1/2", "1/3", "5/6", "1/6", "1/6", "3/2"],
    ["1/6", "1/10", "4/15", "1/15", "1/60", "5/3"],
    ["-3/4", "5/6", "1/12", "-19/12", "-5/8", "-9/10"],
    ["1/2", "-1/2", "0", "1", "-1/4", "-1"],
    ["0", "-2/3", "-2/3", "2/3", "0", "0"],
    ["7", "3", "10", "4", "21", "7/3"],
    ["4/9", "3/8", "59/72", "5/72", "1/6", "32/27"],
  ];
  for (const [leftText, rightText, sum, difference, product, quotient] of cases) {
    const left = parse(leftText);
    const right = parse(rightText);
    assertText(sum, left.plus(right));
    assertText(difference, left.minus(right));
    assertText(product, left.times(right));
    assertText(quotient, left.dividedBy(right));
    assertText(leftText, left);
    assertText(rightText, right);
  }
  assertText("-3/4", of(3n, 4n).negated());
  assertText("3/4", of(-3n, 4n).negated());
});

test("R2: a fraction cannot be changed", () => {
  const value = of(3n, 4n);
  assert.throws(() => Object.assign(value, { numerator: 5n }), TypeError);
  assert.throws(() => Object.assign(value, { denominator: 5n }), TypeError);
  assertText("3/4", value);
});

test("R3: comparing", () => {
  const ascending = [
    of(-MAX), of(-MAX, 2n), of(-2n), of(-3n, 2n), of(-4n, 3n), of(-1n), of(1n - MAX, MAX), of(-1n, 2n), of(-1n, 3n),
    of(-1n, MAX), of(0n), of(1n, MAX), of(1n, MAX - 1n), of(1n, 3n), of(3n, 8n), of(2n, 5n), of(1n, 2n),
    of(MAX - 2n, MAX - 1n), of(MAX - 1n, MAX), of(1n), of(MAX, MAX - 1n), of(4n, 3n), of(7n, 5n), of(3n, 2n), of(2n),
    of(MAX - 1n, 2n), of(MAX, 2n), of(MAX),
  ];
  for (const [i, left] of ascending.entries()) {
    for (const [j, right] of ascending.entries()) {
      assert.equal(left.compare(right), Math.sign(i - j) + 0);
      assert.equal(left.equals(right), i === j);
    }
  }
});

test("R4: reading", () => {
  const cases: [string, string][] = [
    ["3/4", "3/4"],
    ["-2", "-2"],
    ["0.125", "1/8"],
    ["+06/8", "3/4"],
    ["-0.50", "-1/2"],
    ["0", "0"],
    ["-0", "0"],
    ["00012.3400", "617/50"],
    ["+7", "7"],
    ["-10/4", "-5/2"],
    ["0/9", "0"],
    ["1.0", "1"],
    ["-3.000001", "-3000001/1000000"],
    ["9/010", "9/10"],
    ["8.9", "89/10"],
    ["00000000000000000000000001/00000000000000000000000002", "1/2"],
  ];
  for (const [text, written] of cases) {
    assertText(written, parse(text));
    assert.equal(parse(written).equals(parse(text)), true);
  }
});

test("R5: text of another form", () => {
  const texts = [
    "", "+", "-", "/", ".", " 1", "1 ", "1/ 2", "1/", "/2", "1.", ".5", "--1", "+-1", "1-", "1/-2", "1/+2", "1/2/3",
    "1.2.3", "1.2/3", "1/2.3", "1e3", "0x10", "a", "1/a", "1:2", "1\n", "-/2", "1.-5", "\u0663", "x/0",
  ];
  for (const text of texts) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof SyntaxError && error.message.endsWith(text),
      JSON.stringify(text),
    );
  }
});

test("R6: rounding", () => {
  const cases: [string, number, string][] = [
    ["0.125", 2, "3/25"],
    ["0.135", 2, "7/50"],
    ["-0.125", 2, "-3/25"],
    ["-0.135", 2, "-7/50"],
    ["1/2", 0, "0"],
    ["3/2", 0, "2"],
    ["5/2", 0, "2"],
    ["-1/2", 0, "0"],
    ["-3/2", 0, "-2"],
    ["-5/2", 0, "-2"],
    ["2/3", 0, "1"],
    ["1/3", 0, "0"],
    ["-2/3", 0, "-1"],
    ["-1/3", 0, "0"],
    ["2/3", 2, "67/100"],
    ["-2/3", 2, "-67/100"],
    ["1/3", 18, "333333333333333333/1000000000000000000"],
    ["7", 3, "7"],
    ["-7", 0, "-7"],
    ["0", 5, "0"],
    ["0.1249999", 2, "3/25"],
    ["0.1250001", 2, "13/100"],
    ["9223372036854775807/2", 0, "4611686018427387904"],
  ];
  for (const [text, decimals, expected] of cases) assertText(expected, parse(text).rounded(decimals));
});

test("R6: rounding to another number of decimals", () => {
  for (const decimals of [-1, 19, 1.5, NaN, Infinity]) {
    assert.throws(() => of(1n).rounded(decimals), { name: "RangeError", message: new RegExp(String(decimals)) });
  }
});

test("R7: division by zero", () => {
  const byZero = { name: "RangeError", message: "Division by zero" };
  assert.throws(() => of(1n, 0n), byZero);
  assert.throws(() => of(0n, 0n), byZero);
  assert.throws(() => parse("1/0"), byZero);
  assert.throws(() => parse("-0/00"), byZero);
  assert.throws(() => of(1n, 2n).dividedBy(of(0n)), byZero);
  assert.throws(() => of(0n).dividedBy(of(0n, 5n)), byZero);
});

test("R8: integers without bounds", () => {
  const max = of(MAX);
  const tiny = of(1n, MAX);
  assertText("9223372036854775808", max.plus(of(1n)));
  assertText("-9223372036854775808", max.negated().minus(of(1n)));
  assertText("85070591730234615847396907784232501249", max.dividedBy(tiny));
  assertText("1/85070591730234615847396907784232501249", tiny.times(tiny));
  assertText("1", max.times(tiny));
  assertText("9223372036854775809/18446744073709551614", tiny.plus(of(1n, 2n)));
  assertText("1/9223372036854775808", parse("1/9223372036854775808"));
  assertText("1/10000000000000000000", parse("0.0000000000000000001"));
  assertText("10", parse("10.000000000000000000"));
  assertText("9223372036854775807", of(MAX, 2n).plus(of(MAX, 2n)));
  assertText("9223372036854775807/6", of(MAX, 2n).minus(of(MAX, 3n)));
  assertText("-9223372036854775807/6", of(MAX, 3n).minus(of(MAX, 2n)));
  assertText(
    "1/16773120",
    of(-1099511623681n, 4503599627374592n).plus(of(1099511623682n, 4502500115746815n)),
  );
  assertText("9223372036854775807", max.rounded(1));
  assertText(`${10n ** 60n}`, parse(`${10n ** 60n}.4`).rounded(0));
});
