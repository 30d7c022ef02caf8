/** A plain value as JSON knows it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type PatchErrorReason =
  | "invalid-operation"
  | "invalid-pointer"
  | "into-itself"
  | "invalid-index"
  | "not-found"
  | "test-failed";

/** An operation of a patch cannot be applied. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  /** Of the operation in the patch, from 0. */
  readonly index: number;
  readonly reason: PatchErrorReason;

  constructor(index: number, reason: PatchErrorReason) {
    super(`operation ${index}: ${reason}`);
    this.index = index;
    this.reason = reason;
  }
}

/**
 * Applies a JSON Patch (RFC 6902) and returns the new document. Nothing is changed in place; the result shares with
 * document and patch what is the same.
 *
 * @throws PatchError for the first operation that fails
 */
export function applyPatch(document: Json, patch: readonly Json[]): Json {
  return patch.reduce((current: Json, operation, index) => {
    try {
      return apply(current, parseOperation(operation));
    } catch (error) {
      throw error instanceof Failure ? new PatchError(index, error.reason) : error;
    }
  }, document);
}

type JsonObject = { readonly [name: string]: Json };
type Tokens = readonly string[];

type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: Tokens; readonly value: Json }
  | { readonly op: "remove"; readonly path: Tokens }
  | { readonly op: "move" | "copy"; readonly path: Tokens; readonly from: Tokens };

class Failure extends Error {
  readonly reason: PatchErrorReason;

  constructor(reason: PatchErrorReason) {
    super(reason);
    this.reason = reason;
  }
}

function parseOperation(operation: Json): Operation {
  if (!isObject(operation)) {
    throw new Failure("invalid-operation");
  }
  const op = member(operation, "op");
  const path = stringMember(operation, "path");
  switch (op) {
    case "add":
    case "replace":
    case "test": {
      const value = member(operation, "value");
      return { op, path: parsePointer(path), value };
    }
    case "remove":
      return { op, path: parsePointer(path) };
    case "move":
    case "copy": {
      const from = stringMember(operation, "from");
      return { op, path: parsePointer(path), from: parsePointer(from) };
    }
    default:
      throw new Failure("invalid-operation");
  }
}

function member(operation: JsonObject, name: string): Json {
  const value = ownMember(operation, name);
  if (value === undefined) {
    throw new Failure("invalid-operation");
  }
  return value;
}

function stringMember(operation: JsonObject, name: string): string {
  const value = member(operation, name);
  if (typeof value !== "string") {
    throw new Failure("invalid-operation");
  }
  return value;
}

function parsePointer(pointer: string): Tokens {
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(pointer)) {
    throw new Failure("invalid-pointer");
  }
  return pointer.split("/").slice(1).map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function apply(document: Json, operation: Operation): Json {
  const { op, path } = operation;
  switch (op) {
    case "add":
      return add(document, path, operation.value);
    case "remove":
      return remove(document, path);
    case "replace":
      return replace(document, path, operation.value);
    case "copy":
      return add(document, path, find(document, operation.from));
    case "move":
      return move(document, operation.from, path);
    case "test":
      if (!isEqual(find(document, path), operation.value)) {
        throw new Failure("test-failed");
      }
      return document;
  }
}

function move(document: Json, from: Tokens, path: Tokens): Json {
  const isInside = from.every((token, i) => token === path[i]);
  if (isInside && path.length > from.length) {
    throw new Failure("into-itself");
  }
  const moved = find(document, from);
  return isInside ? document : add(remove(document, from), path, moved);
}

function find(value: Json, path: Tokens): Json {
  return path.reduce(child, value);
}

/** Returns the document with one container on the way rebuilt by `change`, and all those above it. */
function changeAt(document: Json, path: Tokens, change: (container: Json, token: string) => Json): Json {
  const [token = "", ...rest] = path;
  return rest.length === 0
    ? change(document, token)
    : withChild(document, token, changeAt(child(document, token), rest, change));
}

function add(document: Json, path: Tokens, value: Json): Json {
  if (path.length === 0) {
    return value;
  }
  return changeAt(document, path, (container, token) => {
    if (!isArray(container)) {
      return withMember(container, token, value);
    }
    const index = token === "-" ? container.length : parseIndex(token);
    if (index > container.length) {
      throw new Failure("not-found");
    }
    return [...container.slice(0, index), value, ...container.slice(index)];
  });
}

function replace(document: Json, path: Tokens, value: Json): Json {
  if (path.length === 0) {
    return value;
  }
  return changeAt(document, path, (container, token) => {
    child(container, token);
    return withChild(container, token, value);
  });
}

function remove(document: Json, path: Tokens): Json {
  if (path.length === 0) {
    return null;
  }
  return changeAt(document, path, (container, token) => {
    child(container, token);
    return isArray(container)
      ? container.filter((_, i) => i !== Number(token))
      : Object.fromEntries(Object.entries(container as JsonObject).filter(([name]) => name !== token));
  });
}

function child(container: Json, token: string): Json {
  let found: Json | undefined;
  if (isArray(container)) {
    found = token === "-" ? undefined : container[parseIndex(token)];
  } else if (isObject(container)) {
    found = ownMember(container, token);
  }
  if (found === undefined) {
    throw new Failure("not-found");
  }
  return found;
}

/** Sets a child that is there, or a new member. */
function withChild(container: Json, token: string, value: Json): Json {
  return isArray(container) ? container.with(Number(token), value) : withMember(container, token, value);
}

function withMember(container: Json, name: string, value: Json): Json {
  if (!isObject(container)) {
    throw new Failure("not-found");
  }
  return { ...container, [name]: value };
}

function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function parseIndex(token: string): number {
  if (!/^(?:0|[1-9][0-9]*)$/.test(token)) {
    throw new Failure("invalid-index");
  }
  return Number(token);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value);
}

function isEqual(one: Json, other: Json): boolean {
  if (isArray(one) && isArray(other)) {
    return one.length === other.length && one.every((item, i) => isEqual(item, other[i] as Json));
  }
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => Object.hasOwn(other, name) && isEqual(one[name] as Json, other[name] as Json))
    );
  }
  return one === other;
}
