import { Readable } from "node:stream";

import type { NewMessage } from "./message.ts";

const HEARTBEAT = ":\n\n";
const LINE_END = /\r\n|\r|\n/g;

/** The text of an event. The name must be a single line; the data may have many. */
export function eventText({ id, event, data }: NewMessage & { id?: number }): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${data.replace(LINE_END, "\ndata: ")}\n\n`;
}

/** What tells a client how long to wait before it comes again. */
export function retryText(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}

/**
 * The body of a response to a listener. Beside what the buffer of a Readable holds, a bounded number of events may
 * wait for a reader; one more ends the stream without them.
 */
export class EventStream extends Readable {
  private readonly heartbeat: NodeJS.Timeout;
  private waiting: string[] = [];
  private wantsMore = true;
  private isClosing = false;

  /**
   * @param first  what the stream begins with, however long
   * @param room   how many events may wait
   */
  constructor(first: string, private readonly room: number, heartbeatMs: number) {
    super();
    this.heartbeat = setTimeout(() => this.beat(), heartbeatMs);
    this.hand(first);
  }

  /** Sends an event, or lets it wait. */
  offer(text: string): void {
    if (this.isClosing) return;
    if (this.wantsMore) {
      this.hand(text);
    } else if (this.waiting.length < this.room) {
      this.waiting.push(text);
    } else {
      this.waiting = [];
      this.finish();
    }
  }

  /** Ends the stream with a last event, after those that wait. */
  close(text: string): void {
    if (this.isClosing) return;
    this.waiting.push(text);
    this.finish();
  }

  override _read(): void {
    this.wantsMore = true;
    this.flush();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.heartbeat);
    callback(error);
  }

  private finish(): void {
    this.isClosing = true;
    this.flush();
  }

  private flush(): void {
    while (this.wantsMore && this.waiting.length > 0) this.hand(this.waiting.shift() ?? "");
    if (this.isClosing && this.waiting.length === 0) this.push(null);
  }

  private hand(text: string): void {
    this.wantsMore = this.push(text);
    this.heartbeat.refresh();
  }

  private beat(): void {
    if (this.wantsMore && !this.isClosing) this.hand(HEARTBEAT);
    else this.heartbeat.refresh();
  }
}
