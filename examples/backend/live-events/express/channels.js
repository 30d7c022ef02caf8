import { eventText, retryText } from "./events.js";
import { Listener } from "./listener.js";
import { tooManyListeners } from "./problems.js";

/**
 * Stores messages and hands them to listeners. Every method does its work without giving way to another, so no
 * message falls between what a new listener has missed and what it is sent.
 */
export class Channels {
  #store;
  #settings;
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./settings.js").Settings} settings
   */
  constructor(store, settings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** @returns {boolean} false when the channel was open before */
  open(name) {
    return this.#store.open(name);
  }

  /** The channel as clients see it. */
  get(name) {
    return { name, last_id: this.#store.lastId(name), listeners: this.#listenersOf(name).size };
  }

  delete(name) {
    this.#store.delete(name);
    const last = eventText({ event: "closed", data: "" });
    for (const listener of this.#listenersOf(name)) listener.close(last);
    this.#listeners.delete(name);
  }

  /** Stores a message and sends it to all who listen. */
  publish(name, newMessage) {
    const message = this.#store.append(name, newMessage);
    const text = eventText(message);
    for (const listener of this.#listenersOf(name)) listener.send(text);
    return message;
  }

  /**
   * Makes a response a stream of the channel, until the one or the other is closed.
   *
   * @param {string} name
   * @param {number | undefined} lastId   the client has everything up to this id; undefined: it wants only what is new
   * @param {import("express").Response} response
   */
  listen(name, lastId, response) {
    const listeners = this.#listenersOf(name);
    if (listeners.size >= this.#settings.maxListeners) throw tooManyListeners();
    const missed = this.#missed(name, lastId);
    response.set({ "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" });
    const listener = new Listener(response, this.#settings);
    listener.send([retryText(this.#settings.retryMs), ...missed].join(""));
    this.#listeners.set(name, listeners.add(listener));
    response.once("close", () => listeners.delete(listener));
  }

  #listenersOf(name) {
    return this.#listeners.get(name) ?? new Set();
  }

  #missed(name, lastId = this.#store.lastId(name)) {
    const { resetTo, messages } = this.#store.missed(name, lastId);
    const events = messages.map(eventText);
    return resetTo === undefined ? events : [eventText({ id: resetTo, event: "reset", data: "" }), ...events];
  }
}
