/**
 * Parser and evaluator for arithmetic expressions typed in by users.
 *
 * The parser translates a text into a program in postfix order: a list of steps for a
 * stack machine. Nothing of the text ever reaches the JavaScript engine as code.
 */

const MAX_LEVELS = 100;

// Precedence of the binary operators, from loosest to tightest.
const SUM = 1;
const PRODUCT = 2;
const POWER = 3;

/** The only error class. */
export class ExpressionError extends Error {
  /**
   * @type {"SYNTAX" | "NESTING" | "UNKNOWN_FUNCTION" | "ARGUMENT_COUNT" | "UNKNOWN_VARIABLE"
   *   | "INVALID_VARIABLE" | "DIVISION_BY_ZERO" | "DOMAIN" | "OVERFLOW"}
   */
  code;

  /**
   * Zero-based index of the character in the text that the error is about.
   * @type {number}
   */
  position;

  /**
   * @param {ExpressionError["code"]} code
   * @param {number} position
   * @param {string} problem
   */
  constructor(code, position, problem) {
    super(`${problem} at position ${position}`);
    this.name = "ExpressionError";
    this.code = code;
    this.position = position;
  }
}

/** A parsed expression, which can be evaluated any number of times; made by parse only. */
export class Expression {
  #program;
  #variables;

  /** @param {Step[]} program */
  constructor(program) {
    const names = program.filter((step) => step.type === "load").map((step) => step.name);
    this.#program = program;
    this.#variables = [...new Set(names)].sort();
  }

  /**
   * The names of the variables, each once, in ascending ASCII order.
   * @returns {string[]}
   */
  get variables() {
    return [...this.#variables];
  }

  /**
   * Returns the value of the expression for these variable values.
   *
   * @param {Object<string, number>} [variables] only own properties count; those of names the
   *   expression does not use are ignored
   * @returns {number}
   * @throws {ExpressionError} on a missing or invalid value, a division by zero, an operation
   *   without a real result, or an overflow
   */
  evaluate(variables = {}) {
    const stack = [];
    for (const step of this.#program) {
      stack.push(run(step, stack, variables));
    }
    const [result] = stack;
    return result === 0 ? 0 : result; // -0 equals 0 too
  }
}

/**
 * Turns a text into an expression.
 *
 * @param {string} text
 * @returns {Expression}
 * @throws {ExpressionError} on wrong syntax, too deep nesting, or a call of an unknown function
 *   or with the wrong number of arguments
 */
export function parse(text) {
  return new Parser(text).parse();
}

/**
 * Parses and evaluates in one step.
 *
 * @param {string} text
 * @param {Object<string, number>} [variables]
 * @returns {number}
 * @throws {ExpressionError} as parse and Expression.evaluate do
 */
export function evaluate(text, variables = {}) {
  return parse(text).evaluate(variables);
}

/**
 * @typedef {(operands: number[], position: number) => number} Operation
 * @typedef {{ type: "push", value: number }
 *   | { type: "load", name: string, position: number }
 *   | { type: "apply", operation: Operation, operandCount: number, position: number }} Step
 * @typedef {{ kind: "number" | "name" | "other" | "end", text: string, position: number }} Token
 */

/** Takes the operands of a step off the stack and returns its result. */
function run(step, stack, variables) {
  switch (step.type) {
    case "push":
      return step.value;
    case "load":
      return variableValue(step, variables);
    case "apply":
      return apply(step, stack.splice(-step.operandCount));
  }
}

function variableValue({ name, position }, variables) {
  if (!Object.hasOwn(variables, name)) {
    throw new ExpressionError("UNKNOWN_VARIABLE", position, `no value for variable "${name}"`);
  }
  const value = variables[name];
  if (!Number.isFinite(value)) {
    const problem = `value of variable "${name}" is not a finite number`;
    throw new ExpressionError("INVALID_VARIABLE", position, problem);
  }
  return value;
}

function apply({ operation, position }, operands) {
  const result = operation(operands, position);
  if (!Number.isFinite(result)) {
    throw new ExpressionError("OVERFLOW", position, "result is too large");
  }
  return result;
}

function divisionByZero(position) {
  return new ExpressionError("DIVISION_BY_ZERO", position, "division by zero");
}

function domainError(position) {
  return new ExpressionError("DOMAIN", position, "result is not a real number");
}

function divide([dividend, divisor], position) {
  if (divisor === 0) {
    throw divisionByZero(position);
  }
  return dividend / divisor;
}

function remainder([dividend, divisor], position) {
  if (divisor === 0) {
    throw divisionByZero(position);
  }
  return dividend % divisor;
}

function power([base, exponent], position) {
  if (base === 0 && exponent < 0) {
    throw divisionByZero(position);
  }
  if (base < 0 && !Number.isInteger(exponent)) {
    throw domainError(position);
  }
  return base ** exponent;
}

function squareRoot([number], position) {
  if (number < 0) {
    throw domainError(position);
  }
  return Math.sqrt(number);
}

/** Rounds halves away from zero, where Math.round alone rounds them up. */
function round([number]) {
  return Math.sign(number) * Math.round(Math.abs(number));
}

/** @type {Map<string, { precedence: number, operation: Operation }>} */
const BINARY_OPERATORS = new Map([
  ["+", { precedence: SUM, operation: ([left, right]) => left + right }],
  ["-", { precedence: SUM, operation: ([left, right]) => left - right }],
  ["*", { precedence: PRODUCT, operation: ([left, right]) => left * right }],
  ["/", { precedence: PRODUCT, operation: divide }],
  ["%", { precedence: PRODUCT, operation: remainder }],
  ["^", { precedence: POWER, operation: power }],
]);

const negate = ([number]) => -number;

const exactlyOne = (count) => count === 1;
const oneOrMore = (count) => count >= 1;

/**
 * A Map, for an object would also answer to names like "constructor". The reductions stand in for
 * Math.min(...numbers), which overflows the call stack on very many arguments.
 *
 * @type {Map<string, { accepts: (argumentCount: number) => boolean, operation: Operation }>}
 */
const FUNCTIONS = new Map([
  ["abs", { accepts: exactlyOne, operation: ([number]) => Math.abs(number) }],
  ["sqrt", { accepts: exactlyOne, operation: squareRoot }],
  ["floor", { accepts: exactlyOne, operation: ([number]) => Math.floor(number) }],
  ["ceil", { accepts: exactlyOne, operation: ([number]) => Math.ceil(number) }],
  ["round", { accepts: exactlyOne, operation: round }],
  ["min", { accepts: oneOrMore, operation: (numbers) => numbers.reduce((a, b) => Math.min(a, b)) }],
  ["max", { accepts: oneOrMore, operation: (numbers) => numbers.reduce((a, b) => Math.max(a, b)) }],
]);

const TOKEN_KINDS = ["number", "name", "other", "end"];

// One group per kind, in the same order. Every character outside numbers and names is a token of
// its own, even one that fits nowhere: the parser then refuses it like any token out of place.
const TOKEN = new RegExp(
  String.raw`[ \t\n\r]*(?:` +
    String.raw`([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|` +
    String.raw`([A-Za-z_][A-Za-z0-9_]*)|` +
    String.raw`([^])|` +
    String.raw`($))`,
  "g",
);

/** @returns {Generator<Token>} */
function* tokenize(text) {
  for (const match of text.matchAll(TOKEN)) {
    const [whole, ...groups] = match;
    const group = groups.findIndex((part) => part !== undefined);
    const position = match.index + whole.length - groups[group].length;
    yield { kind: TOKEN_KINDS[group], text: groups[group], position };
  }
}

function syntaxError({ kind, text, position }) {
  const found = kind === "end" ? "end of text" : JSON.stringify(text);
  return new ExpressionError("SYNTAX", position, `unexpected ${found}`);
}

/** Recursive descent over lazily read tokens; the limit on levels bounds the recursion. */
class Parser {
  #tokens;
  #token;
  #program = [];
  #levels = 0;
  #callError = null;

  constructor(text) {
    this.#tokens = tokenize(text);
    this.#token = this.#tokens.next().value;
  }

  parse() {
    this.expression(SUM);
    if (this.#token.kind !== "end") {
      throw syntaxError(this.#token);
    }
    if (this.#callError !== null) {
      throw this.#callError;
    }
    return new Expression(this.#program);
  }

  /** Translates operands joined by operators of precedence `loosest` or tighter. */
  expression(loosest) {
    this.operand();
    for (;;) {
      const binary = BINARY_OPERATORS.get(this.#token.text);
      if (binary === undefined || binary.precedence < loosest) {
        return;
      }
      const operator = this.take();
      this.rightOperand(operator, binary.precedence);
      this.#program.push({
        type: "apply",
        operation: binary.operation,
        operandCount: 2,
        position: operator.position,
      });
    }
  }

  rightOperand(operator, precedence) {
    if (precedence === POWER) {
      this.nested(operator, () => this.expression(POWER));
    } else {
      this.expression(precedence + 1);
    }
  }

  operand() {
    const token = this.take();
    if (token.kind === "number") {
      this.number(token);
    } else if (token.kind === "name" && this.#token.text === "(") {
      this.call(token);
    } else if (token.kind === "name") {
      this.#program.push({ type: "load", name: token.text, position: token.position });
    } else if (token.text === "(") {
      this.nested(token, () => this.group());
    } else if (token.text === "-" || token.text === "+") {
      this.signed(token);
    } else {
      throw syntaxError(token);
    }
  }

  number(token) {
    const value = Number(token.text);
    if (!Number.isFinite(value)) {
      throw new ExpressionError("SYNTAX", token.position, "number is too large");
    }
    this.#program.push({ type: "push", value });
  }

  group() {
    this.expression(SUM);
    this.expect(")");
  }

  signed(sign) {
    this.nested(sign, () => this.expression(POWER));
    if (sign.text === "-") {
      const { position } = sign;
      this.#program.push({ type: "apply", operation: negate, operandCount: 1, position });
    }
  }

  call({ text: name, position }) {
    const argumentCount = this.nested(this.take(), () => this.argumentList());
    const called = FUNCTIONS.get(name);
    if (called === undefined) {
      this.note(new ExpressionError("UNKNOWN_FUNCTION", position, `unknown function "${name}"`));
    } else if (!called.accepts(argumentCount)) {
      const problem = `wrong number of arguments for "${name}"`;
      this.note(new ExpressionError("ARGUMENT_COUNT", position, problem));
    } else {
      const { operation } = called;
      this.#program.push({ type: "apply", operation, operandCount: argumentCount, position });
    }
  }

  /** Translates arguments up to the closing parenthesis and returns their number. */
  argumentList() {
    if (this.accept(")")) {
      return 0;
    }
    let count = 0;
    do {
      this.expression(SUM);
      count += 1;
    } while (this.accept(","));
    this.expect(")");
    return count;
  }

  /** Keeps the leftmost wrong call until the syntax is known to be right. */
  note(error) {
    // An outer call is met after the calls in its arguments but stands before them.
    if (this.#callError === null || error.position < this.#callError.position) {
      this.#callError = error;
    }
  }

  /** Returns what parsePart returns, run one level deeper. */
  nested({ position }, parsePart) {
    if (this.#levels === MAX_LEVELS) {
      throw new ExpressionError("NESTING", position, `more than ${MAX_LEVELS} nested levels`);
    }
    this.#levels += 1;
    const result = parsePart();
    this.#levels -= 1;
    return result;
  }

  take() {
    const token = this.#token;
    this.#token = this.#tokens.next().value ?? token; // the end is followed by itself
    return token;
  }

  accept(text) {
    if (this.#token.text !== text) {
      return false;
    }
    this.take();
    return true;
  }

  expect(text) {
    if (!this.accept(text)) {
      throw syntaxError(this.#token);
    }
  }
}
