const FORM = /^(?<sign>[+-]?)(?<head>[0-9]+)(?:(?<mark>[/.])(?<tail>[0-9]+))?$/;
const MOST_DECIMALS = 18;

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  while (right !== 0n) [left, right] = [right, left % right];
  return magnitude(left);
}

/** An exact fraction in lowest terms, of integers without bounds. */
export class Rational {
  readonly numerator: bigint;
  /** Greater than 0. */
  readonly denominator: bigint;

  /** Throws a RangeError if the denominator is 0. */
  constructor(numerator: bigint, denominator = 1n) {
    if (denominator === 0n) throw new RangeError("Division by zero");
    const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
    Object.freeze(this);
  }

  /**
   * Reads `-2`, `3/4` or `0.125`.
   * Throws a SyntaxError if the text has another form, a RangeError if the denominator is 0.
   */
  static parse(text: string): Rational {
    const { sign, head, mark, tail = "" } = FORM.exec(text)?.groups ?? {};
    if (head === undefined) throw new SyntaxError(`Not a fraction: ${text}`);
    const [numerator, denominator] =
      mark === "/" ? [BigInt(head), BigInt(tail)] : [BigInt(head + tail), 10n ** BigInt(tail.length)];
    return new Rational(sign === "-" ? -numerator : numerator, denominator);
  }

  plus(other: Rational): Rational {
    return new Rational(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Rational): Rational {
    return this.plus(other.negated());
  }

  times(other: Rational): Rational {
    return new Rational(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** Throws a RangeError if the other fraction is 0. */
  dividedBy(other: Rational): Rational {
    return new Rational(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  negated(): Rational {
    return new Rational(-this.numerator, this.denominator);
  }

  /** Returns -1, 0 or 1 if this fraction is less than, equal to or greater than the other one. */
  compare(other: Rational): -1 | 0 | 1 {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  /** Rounds to a number of decimals, halves to even. Throws a RangeError if it is not a whole number from 0 to 18. */
  rounded(decimals: number): Rational {
    if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) {
      throw new RangeError(`Cannot round to ${decimals} decimals`);
    }
    const scale = 10n ** BigInt(decimals);
    const scaled = this.numerator * scale;
    const whole = scaled / this.denominator;
    const twiceRest = 2n * magnitude(scaled % this.denominator);
    const goesOn = twiceRest > this.denominator || (twiceRest === this.denominator && whole % 2n !== 0n);
    const step = this.numerator < 0n ? -1n : 1n;
    return new Rational(goesOn ? whole + step : whole, scale);
  }

  /** As parse reads it; without the denominator if that is 1. */
  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}
