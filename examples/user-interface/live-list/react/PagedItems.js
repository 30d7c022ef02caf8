const START = { filter: "", items: [], nextCursor: null, isLoading: true, hasFailed: false };

/**
 * The items of the pages that were loaded for a filter.
 *
 * A store for `useSyncExternalStore`. In its snapshots `nextCursor` is the cursor of the page that is to be
 * loaded next, `null` when it is the first or there is none; `hasFailed` stays until a page has come.
 */
export class PagedItems {
  #snapshot = START;
  #controller = null;
  #removedIds = new Set();
  #listeners = new Set();

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = () => this.#snapshot;

  /** Begins anew with the first page of the items that match the filter. */
  start(filter, loadPage) {
    this.abort();
    this.#removedIds.clear();
    this.#snapshot = { ...START, filter };
    this.#load(loadPage);
  }

  /** Loads the next page, or the one whose load has failed; does nothing during a load. */
  loadNext(loadPage) {
    if (!this.#snapshot.isLoading) this.#load(loadPage);
  }

  /** Aborts a load under way; its answer will change nothing. */
  abort() {
    this.#controller?.abort();
  }

  /** Removes the items with these ids and keeps them from coming back with a later page. */
  remove(ids) {
    ids.forEach((id) => this.#removedIds.add(id));
    this.#update({ items: this.#snapshot.items.filter(({ id }) => !this.#removedIds.has(id)) });
  }

  async #load(loadPage) {
    this.#controller = new AbortController();
    this.#update({ isLoading: true });
    const { signal } = this.#controller;
    const { filter, nextCursor: cursor } = this.#snapshot;
    let change;
    try {
      const page = await loadPage({ cursor, filter, signal });
      change = { items: this.#itemsWith(page.items), nextCursor: page.nextCursor, hasFailed: false };
    } catch {
      change = { hasFailed: true };
    }
    if (signal.aborted) return;
    this.#update({ ...change, isLoading: false });
  }

  // A map keeps the place of a key that is set again.
  #itemsWith(added) {
    const byId = new Map(this.#snapshot.items.map((item) => [item.id, item]));
    added.filter(({ id }) => !this.#removedIds.has(id)).forEach((item) => byId.set(item.id, item));
    return [...byId.values()];
  }

  #update(change) {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}
