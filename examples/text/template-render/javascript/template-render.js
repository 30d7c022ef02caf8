const TAG_START = /\{[{%]/g;
const SPACE = /[ \t\r\n]*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const PATH = /[A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|0|[1-9][0-9]*))*/y;
const INTEGER = /-?[0-9]{1,15}/y;
const STRING = /"((?:[^"\\]|\\["\\])*)"/y;

const KEYWORDS = new Set(["for", "in", "if", "not", "else", "endfor", "endif"]);
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** An error of a template, with its kind and the position of the tag concerned. */
export class TemplateError extends Error {
  name = "TemplateError";

  constructor(kind, { line, column }, detail, options) {
    super(`${kind} at ${line}:${column}: ${detail}`, options);
    this.kind = kind;
    this.line = line;
    this.column = column;
  }
}

/**
 * Renders a template with the data, a plain object, and returns the text.
 * Filters are called as `filter(value, ...args)`. Throws a TemplateError.
 */
export function render(template, data, filters = {}) {
  const nodes = new Parser(template, filters).parse();
  return new Renderer(template, data).render(nodes);
}

/** Reads a template into a list of nodes: strings of text, outputs and blocks. */
class Parser {
  #template;
  #filters;
  #index = 0;
  #tagOffset = 0;
  #root = { bodies: [[]] };
  #openBlocks = [this.#root];

  constructor(template, filters) {
    this.#template = template;
    this.#filters = filters;
  }

  parse() {
    while (this.#skipToTag()) {
      if (this.#accept("{{")) this.#parseOutput();
      else this.#parseStatement();
    }
    const block = this.#openBlocks.at(-1);
    if (block !== this.#root) {
      throw new TemplateError("syntax", positionAt(this.#template, block.offset), `${block.keyword} without end`);
    }
    return this.#root.bodies[0];
  }

  #skipToTag() {
    TAG_START.lastIndex = this.#index;
    const match = TAG_START.exec(this.#template);
    this.#tagOffset = match ? match.index : this.#template.length;
    this.#append(this.#template.slice(this.#index, this.#tagOffset));
    this.#index = this.#tagOffset;
    return match !== null;
  }

  #parseOutput() {
    const offset = this.#tagOffset;
    const escaped = !this.#accept("&");
    const operand = this.#parseOperand();
    const calls = [];
    while (this.#acceptPart("|")) calls.push(this.#parseCall());
    this.#expectPart("}}");
    const filters = calls.map((call) => this.#bind(call));
    this.#append({ keyword: "output", offset, escaped, operand, filters });
  }

  #parseOperand() {
    const literal = this.#acceptLiteral();
    return literal === undefined ? { path: this.#expectPath() } : { literal };
  }

  #parseCall() {
    const name = this.#expectName();
    const args = [];
    if (this.#acceptPart("(") && !this.#acceptPart(")")) {
      do args.push(this.#expectLiteral());
      while (this.#acceptPart(","));
      this.#expectPart(")");
    }
    return { name, args };
  }

  #bind({ name, args }) {
    if (!Object.hasOwn(this.#filters, name)) throw this.#error("unknown-filter", name);
    const filter = this.#filters[name];
    return (value) => filter(value, ...args);
  }

  #parseStatement() {
    this.#accept("{%");
    const keyword = this.#expectName();
    switch (keyword) {
      case "for":
        return this.#parseFor();
      case "if":
        return this.#parseIf();
      case "else":
        return this.#parseElse();
      case "endfor":
        return this.#parseEnd("for");
      case "endif":
        return this.#parseEnd("if");
      default:
        throw this.#error("syntax", `unknown tag ${keyword}`);
    }
  }

  #parseFor() {
    const name = this.#expectName();
    if (KEYWORDS.has(name)) throw this.#error("syntax", `${name} cannot be a loop name`);
    if (this.#expectName() !== "in") throw this.#error("syntax", "in expected");
    this.#openBlock({ keyword: "for", name, path: this.#expectPath() });
  }

  #parseIf() {
    const start = this.#index;
    const negated = this.#expectName() === "not";
    if (!negated) this.#index = start;
    this.#openBlock({ keyword: "if", negated, path: this.#expectPath() });
  }

  #parseElse() {
    this.#expectPart("%}");
    const { keyword, bodies } = this.#openBlocks.at(-1);
    if (keyword !== "if" || bodies.length > 1) throw this.#error("syntax", "else cannot stand here");
    bodies.push([]);
  }

  #parseEnd(keyword) {
    this.#expectPart("%}");
    if (this.#openBlocks.at(-1).keyword !== keyword) throw this.#error("syntax", `end${keyword} cannot stand here`);
    this.#openBlocks.pop();
  }

  #openBlock(parts) {
    this.#expectPart("%}");
    const block = { ...parts, offset: this.#tagOffset, bodies: [[]] };
    this.#append(block);
    this.#openBlocks.push(block);
  }

  #append(node) {
    this.#openBlocks.at(-1).bodies.at(-1).push(node);
  }

  #expectPath() {
    const text = this.#acceptToken(PATH)?.[0];
    if (text === undefined) throw this.#error("syntax", "path expected");
    const segments = text.split(".");
    if (KEYWORDS.has(segments[0])) throw this.#error("syntax", `${segments[0]} cannot begin a path`);
    return segments.map((segment) => (/^[0-9]/.test(segment) ? Number(segment) : segment));
  }

  #expectName() {
    const match = this.#acceptToken(NAME);
    if (!match) throw this.#error("syntax", "name expected");
    return match[0];
  }

  #expectLiteral() {
    const literal = this.#acceptLiteral();
    if (literal === undefined) throw this.#error("syntax", "string or integer expected");
    return literal;
  }

  #acceptLiteral() {
    const string = this.#acceptToken(STRING);
    if (string) return string[1].replace(/\\(.)/g, "$1");
    const integer = this.#acceptToken(INTEGER);
    return integer ? Number(integer[0]) + 0 : undefined; // + 0 turns -0 into 0
  }

  #expectPart(part) {
    if (!this.#acceptPart(part)) throw this.#error("syntax", `${part} expected`);
  }

  #acceptPart(part) {
    this.#match(SPACE);
    return this.#accept(part);
  }

  #accept(part) {
    const found = this.#template.startsWith(part, this.#index);
    if (found) this.#index += part.length;
    return found;
  }

  #acceptToken(pattern) {
    this.#match(SPACE);
    return this.#match(pattern);
  }

  #match(pattern) {
    pattern.lastIndex = this.#index;
    const match = pattern.exec(this.#template);
    if (match) this.#index = pattern.lastIndex;
    return match;
  }

  #error(kind, detail) {
    return new TemplateError(kind, positionAt(this.#template, this.#tagOffset), detail);
  }
}

class Renderer {
  #template;
  #data;

  constructor(template, data) {
    this.#template = template;
    this.#data = data;
  }

  /** `scope` is the innermost loop binding: its name, its value and the binding around it. */
  render(nodes, scope) {
    return nodes.map((node) => this.#renderNode(node, scope)).join("");
  }

  #renderNode(node, scope) {
    if (typeof node === "string") return node;
    if (node.keyword === "for") return this.#renderFor(node, scope);
    if (node.keyword === "if") return this.#renderIf(node, scope);
    return this.#renderOutput(node, scope);
  }

  #renderFor(node, scope) {
    const list = this.#require(node, node.path, scope);
    if (!Array.isArray(list)) throw this.#error("type", node, "for over a value that is no list");
    let text = "";
    for (let index = 0; index < list.length; index++) {
      const value = entryOf(list, index)?.value;
      text += this.render(node.bodies[0], { name: node.name, value, outer: scope });
    }
    return text;
  }

  #renderIf(node, scope) {
    const holds = isTruthy(this.#resolve(node, node.path, scope)) !== node.negated;
    const [body, otherwise = []] = node.bodies;
    return this.render(holds ? body : otherwise, scope);
  }

  #renderOutput(node, scope) {
    const { path, literal } = node.operand;
    const operand = path ? this.#require(node, path, scope) : literal;
    const value = node.filters.reduce((input, filter) => this.#apply(node, filter, input), operand);
    if (!isScalar(value)) throw this.#error("type", node, "a list or a map cannot be printed");
    const text = value === null ? "" : String(value);
    return node.escaped ? text.replace(/[&<>"']/g, (character) => ENTITIES[character]) : text;
  }

  #apply(node, filter, value) {
    let result;
    try {
      result = filter(value);
    } catch (cause) {
      throw this.#error("filter-failed", node, "a filter threw", { cause });
    }
    return this.#checked(node, result);
  }

  #require(node, path, scope) {
    const value = this.#resolve(node, path, scope);
    if (value === undefined) throw this.#error("missing", node, path.join("."));
    return value;
  }

  /** Returns undefined for a missing path; an entry that is itself undefined is of no kind of the data. */
  #resolve(node, [name, ...segments], scope) {
    let entry = bindingOf(scope, name) ?? entryOf(this.#data, name);
    for (const segment of segments) {
      if (!entry) return undefined;
      entry = entryOf(this.#checked(node, entry.value), segment);
    }
    return entry && this.#checked(node, entry.value);
  }

  #checked(node, value) {
    if (isScalar(value) || Array.isArray(value) || isPlainObject(value)) return value;
    throw this.#error("type", node, "not a value of the data");
  }

  #error(kind, node, detail, options) {
    return new TemplateError(kind, positionAt(this.#template, node.offset), detail, options);
  }
}

function bindingOf(scope, name) {
  let binding = scope;
  while (binding && binding.name !== name) binding = binding.outer;
  return binding;
}

/** Returns the property descriptor of an entry, so that no getter ever runs, or undefined. */
function entryOf(container, key) {
  const fits = typeof key === "number" ? isIndexOf(container, key) : isPlainObject(container);
  const descriptor = fits ? Object.getOwnPropertyDescriptor(container, key) : undefined;
  return descriptor?.enumerable && "value" in descriptor ? descriptor : undefined;
}

function isIndexOf(container, index) {
  return Array.isArray(container) && index < container.length;
}

function isScalar(value) {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
}

function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isTruthy(value) {
  if (Array.isArray(value)) return value.length > 0;
  if (isPlainObject(value)) return Object.keys(value).some((key) => entryOf(value, key));
  return Boolean(value);
}

/** The line and column of a tag, which begins with a brace, not with a line end. */
function positionAt(template, offset) {
  const lineStart = template.lastIndexOf("\n", offset) + 1;
  const line = template.slice(0, lineStart).split("\n").length;
  const column = [...template.slice(lineStart, offset)].length + 1;
  return { line, column };
}
