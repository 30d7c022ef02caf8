import { refusalOf } from "./refusal.js";

const NOTHING = { entries: [], refusals: [] };

/**
 * A queue of uploads outside of React, at most `limits.maxParallel` at a time.
 *
 * An entry has `id`, `file`, `phase` (`waiting`, `uploading`, `uploaded`, `failed` or `canceled`), the bytes `sent`,
 * and the `error` if it failed. Snapshots are never changed.
 */
export class UploadStore {
  #snapshot = NOTHING;
  #listeners = new Set();
  #upload;
  #limits;
  #waitingIds = [];
  #controllers = new Map();
  #lastId = 0;

  constructor(upload, limits) {
    this.#upload = upload;
    this.#limits = limits;
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = () => this.#snapshot;

  /** Queues the files that are accepted; the others become the `refusals`, with `name` and `reason`. */
  add(files) {
    const entries = [...this.#snapshot.entries];
    const refusals = [];
    for (const file of files) {
      const reason = refusalOf(file, entries.map((entry) => entry.file), this.#limits);
      if (reason !== null) {
        refusals.push({ name: file.name, reason });
        continue;
      }
      this.#lastId += 1;
      entries.push({ id: this.#lastId, file, phase: "waiting", sent: 0 });
      this.#waitingIds.push(this.#lastId);
    }
    this.#publish({ entries, refusals });
    this.#startNext();
  }

  cancel(id) {
    this.#waitingIds = this.#waitingIds.filter((each) => each !== id);
    this.#controllers.get(id)?.abort();
    this.#controllers.delete(id);
    this.#change(id, { phase: "canceled" });
    this.#startNext();
  }

  retry(id) {
    this.#change(id, { phase: "waiting", sent: 0 });
    this.#waitingIds.push(id);
    this.#startNext();
  }

  /** Aborts what is under way and forgets what is waiting. */
  stop() {
    this.#waitingIds = [];
    this.#controllers.forEach((controller) => controller.abort());
    this.#controllers.clear();
  }

  #startNext() {
    while (this.#waitingIds.length > 0 && this.#controllers.size < this.#limits.maxParallel) {
      this.#run(this.#waitingIds.shift());
    }
  }

  async #run(id) {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controllers.set(id, controller);
    this.#change(id, { phase: "uploading" });
    const { file } = this.#entry(id);
    const onProgress = (bytes) => {
      if (!signal.aborted) this.#progress(id, bytes);
    };
    let outcome;
    try {
      await this.#upload(file, { signal, onProgress });
      outcome = { phase: "uploaded", sent: file.size };
    } catch (error) {
      outcome = { phase: "failed", error };
    }
    if (signal.aborted) return;
    this.#controllers.delete(id);
    this.#change(id, outcome);
    this.#startNext();
  }

  #progress(id, bytes) {
    const { phase, sent, file } = this.#entry(id);
    if (phase === "uploading" && bytes > sent) this.#change(id, { sent: Math.min(bytes, file.size) });
  }

  #entry(id) {
    return this.#snapshot.entries.find((entry) => entry.id === id);
  }

  #change(id, changes) {
    const entries = this.#snapshot.entries.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry));
    this.#publish({ ...this.#snapshot, entries });
  }

  #publish(snapshot) {
    this.#snapshot = snapshot;
    this.#listeners.forEach((listener) => listener());
  }
}
