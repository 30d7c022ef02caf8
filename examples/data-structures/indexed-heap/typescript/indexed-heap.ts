const LEAST_CAPACITY = 16;

/** A priority is NaN or no number. */
export class InvalidPriorityError extends TypeError {
  override name = "InvalidPriorityError";
}

/** A key was pushed that is in the queue already. */
export class DuplicateKeyError extends Error {
  override name = "DuplicateKeyError";
}

/** The priority of a key was changed that is not in the queue. */
export class UnknownKeyError extends Error {
  override name = "UnknownKeyError";
}

/** A key with its priority. */
export interface Entry<K> {
  readonly key: K;
  readonly priority: number;
}

interface Node<K> {
  readonly key: K;
  readonly order: number;
  priority: number;
  place: number;
}

/**
 * A priority queue of keys, the least priority first, equal ones in the order of their pushes. The priority of a key can be
 * changed, and a key removed, wherever it stands. Keys are equal as in a Map.
 */
export class IndexedHeap<K> {
  #nodes = new Map<K, Node<K>>();
  #heap = emptyHeap<K>(LEAST_CAPACITY);
  #pushes = 0;

  get size(): number {
    return this.#nodes.size;
  }

  /** The number of places reserved for keys, used or not. */
  get capacity(): number {
    return this.#heap.length;
  }

  /** Adds a key; throws InvalidPriorityError, or DuplicateKeyError if it is in the queue. */
  push(key: K, priority: number): void {
    checkPriority(priority);
    if (this.#nodes.has(key)) throw new DuplicateKeyError("key is in the queue already");
    if (this.size === this.capacity) this.#reserve(2 * this.size);
    const node = { key, order: this.#pushes++, priority, place: this.size };
    this.#nodes.set(key, node);
    this.#rise(node, node.place);
  }

  /** The first key, if there is one. */
  peek(): Entry<K> | undefined {
    const first = this.#heap[0];
    return first && { key: first.key, priority: first.priority };
  }

  /** Removes the first key, if there is one. */
  pop(): Entry<K> | undefined {
    const first = this.peek();
    if (first) this.remove(first.key);
    return first;
  }

  /** Gives a key another priority; throws InvalidPriorityError, or UnknownKeyError if it is not in the queue. */
  change(key: K, priority: number): void {
    checkPriority(priority);
    const node = this.#nodes.get(key);
    if (!node) throw new UnknownKeyError("key is not in the queue");
    node.priority = priority;
    this.#settle(node, node.place);
  }

  /** Removes a key; whether it was in the queue. */
  remove(key: K): boolean {
    const removed = this.#nodes.get(key);
    if (!removed) return false;
    this.#nodes.delete(key);
    const last = this.#at(this.size);
    this.#heap[this.size] = undefined;
    if (last !== removed) this.#settle(last, removed.place);
    if (this.capacity > LEAST_CAPACITY && this.capacity > 4 * this.size) {
      this.#reserve(Math.max(LEAST_CAPACITY, 2 * this.size));
    }
    return true;
  }

  /** The priority of a key, if it is in the queue. */
  priority(key: K): number | undefined {
    return this.#nodes.get(key)?.priority;
  }

  contains(key: K): boolean {
    return this.#nodes.has(key);
  }

  clear(): void {
    this.#nodes = new Map();
    this.#heap = emptyHeap(LEAST_CAPACITY);
  }

  #reserve(capacity: number): void {
    const heap = emptyHeap<K>(capacity);
    for (let place = 0; place < this.size; place++) heap[place] = this.#heap[place];
    this.#heap = heap;
  }

  #at(place: number): Node<K> {
    return this.#heap[place] as Node<K>;
  }

  /** Puts a node where it belongs, from a free place on. */
  #settle(node: Node<K>, place: number): void {
    if (place > 0 && comesBefore(node, this.#at(parent(place)))) this.#rise(node, place);
    else this.#sink(node, place);
  }

  #rise(node: Node<K>, place: number): void {
    while (place > 0 && comesBefore(node, this.#at(parent(place)))) {
      this.#set(place, this.#at(parent(place)));
      place = parent(place);
    }
    this.#set(place, node);
  }

  #sink(node: Node<K>, place: number): void {
    while (2 * place + 1 < this.size) {
      let child = 2 * place + 1;
      if (child + 1 < this.size && comesBefore(this.#at(child + 1), this.#at(child))) child++;
      if (!comesBefore(this.#at(child), node)) break;
      this.#set(place, this.#at(child));
      place = child;
    }
    this.#set(place, node);
  }

  #set(place: number, node: Node<K>): void {
    this.#heap[place] = node;
    node.place = place;
  }
}

function emptyHeap<K>(capacity: number): (Node<K> | undefined)[] {
  return new Array<Node<K> | undefined>(capacity).fill(undefined);
}

function parent(place: number): number {
  return (place - 1) >> 1;
}

function comesBefore<K>(one: Node<K>, other: Node<K>): boolean {
  return one.priority < other.priority || (one.priority === other.priority && one.order < other.order);
}

function checkPriority(priority: unknown): void {
  if (typeof priority !== "number" || Number.isNaN(priority)) {
    throw new InvalidPriorityError("priority is NaN or no number");
  }
}
