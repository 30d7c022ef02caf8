/**
 * The value of one cell: what is entered shows at once and is saved, one value at a time.
 *
 * A store for `useSyncExternalStore`; its snapshots are `{ value, isBusy, failure }`, where
 * `failure` is the error of the last save or `null`.
 */
export class OptimisticCell {
  #confirmed;
  #waiting = null;
  #snapshot;
  #listeners = new Set();

  constructor(value) {
    this.#confirmed = value;
    this.#snapshot = { value, isBusy: false, failure: null };
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = () => this.#snapshot;

  /** Shows the value and has `save(value)` called: now, or when the save under way is settled. */
  enter(value, save) {
    const { isBusy } = this.#snapshot;
    this.#waiting = { value, save };
    this.#update({ value, isBusy: true, failure: null });
    if (!isBusy) this.#saveWhileWaiting();
  }

  dismissFailure() {
    this.#update({ failure: null });
  }

  async #saveWhileWaiting() {
    let failure = null;
    while (this.#waiting !== null) {
      const { value, save } = this.#waiting;
      this.#waiting = null;
      try {
        await save(value);
        this.#confirmed = value;
        failure = null;
      } catch (error) {
        failure = error;
      }
    }
    this.#update({ value: this.#confirmed, isBusy: false, failure });
  }

  #update(change) {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}
