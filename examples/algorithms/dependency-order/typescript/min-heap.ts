/** Hands out numbers, the smallest first. */
export class MinHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: number): void {
    const items = this.#items;
    let hole = items.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (items[parent] <= item) break;
      items[hole] = items[parent];
      hole = parent;
    }
    items[hole] = item;
  }

  /** Removes and returns the smallest number. */
  pop(): number {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined) throw new RangeError("the heap is empty");
    if (items.length === 0) return last;
    const smallest = items[0];
    this.#sink(last);
    return smallest;
  }

  /** Puts the item in place of the root, at the depth where it belongs. */
  #sink(item: number): void {
    const items = this.#items;
    let hole = 0;
    for (let child = 1; child < items.length; child = 2 * hole + 1) {
      if (child + 1 < items.length && items[child + 1] < items[child]) child += 1;
      if (item <= items[child]) break;
      items[hole] = items[child];
      hole = child;
    }
    items[hole] = item;
  }
}
