import { HEARTBEAT } from "./events.js";

/**
 * One stream to a client. As long as the client reads, events are written at once; while it does not, some may
 * wait, and one more ends the connection. In silence, comments are written.
 */
export class Listener {
  #response;
  #room;
  #waiting = [];
  #isBlocked = false;
  #isClosing = false;
  #heartbeat;

  /**
   * @param {import("node:stream").Writable} response
   * @param {{queue: number, heartbeatMs: number}} settings   how many events may wait; after how much silence to comment
   */
  constructor(response, { queue, heartbeatMs }) {
    this.#response = response;
    this.#room = queue;
    this.#heartbeat = setTimeout(() => this.#beat(), heartbeatMs);
    response.on("drain", () => {
      this.#isBlocked = false;
      this.#flush();
    });
    response.once("close", () => clearTimeout(this.#heartbeat));
  }

  /** Sends an event, or lets it wait. */
  send(text) {
    if (!this.#isBlocked) this.#write(text);
    else if (this.#waiting.length < this.#room) this.#waiting.push(text);
    else this.#response.destroy();
  }

  /** Ends the stream with a last event, after those that wait. */
  close(text) {
    this.#waiting.push(text);
    this.#isClosing = true;
    this.#flush();
  }

  #flush() {
    while (!this.#isBlocked && this.#waiting.length > 0) this.#write(this.#waiting.shift());
    if (this.#isClosing && this.#waiting.length === 0) this.#response.end();
  }

  #write(text) {
    this.#isBlocked = !this.#response.write(text);
    this.#heartbeat.refresh();
  }

  #beat() {
    if (this.#isBlocked || this.#isClosing) this.#heartbeat.refresh();
    else this.#write(HEARTBEAT);
  }
}
