import { Injectable } from "@nestjs/common";

import { ChannelsRepository } from "./channels.repository.ts";
import { EventStream, eventText, retryText } from "./event-stream.ts";
import type { Channel, Message, NewMessage } from "./message.ts";
import { Problem } from "./problem.ts";
import { Settings } from "./settings.ts";

const NAME = /^[a-z0-9-]{1,64}$/;

/**
 * Stores messages and hands them to streams. No method gives way to another before its work is done, so no message
 * falls between what a new stream has missed and what it is sent.
 */
@Injectable()
export class ChannelsService {
  private readonly streams = new Map<string, Set<EventStream>>();

  constructor(
    private readonly repository: ChannelsRepository,
    private readonly settings: Settings,
  ) {}

  /** Opens a channel; false when it was open before. */
  open(name: string): boolean {
    if (!NAME.test(name)) throw Problem.notFound();
    return this.repository.open(name);
  }

  get(name: string): Channel {
    return { name, last_id: this.repository.lastId(name), listeners: this.streamsOf(name).size };
  }

  delete(name: string): void {
    this.repository.delete(name);
    for (const stream of this.streamsOf(name)) stream.close(eventText({ event: "closed", data: "" }));
    this.streams.delete(name);
  }

  publish(name: string, newMessage: NewMessage): Message {
    const message = this.repository.append(name, newMessage);
    const text = eventText(message);
    for (const stream of this.streamsOf(name)) stream.offer(text);
    return message;
  }

  /** A stream for a client that has everything up to an id, or wants only what is new. */
  listen(name: string, lastId: number | undefined): EventStream {
    const { maxListeners, queue, heartbeatMs, retryMs } = this.settings;
    const streams = this.streamsOf(name);
    if (streams.size >= maxListeners) throw Problem.tooManyListeners();
    const missed = this.missed(name, lastId ?? this.repository.lastId(name));
    const stream = new EventStream(retryText(retryMs) + missed, queue, heartbeatMs);
    this.streams.set(name, streams.add(stream));
    stream.once("close", () => streams.delete(stream));
    return stream;
  }

  private streamsOf(name: string): Set<EventStream> {
    return this.streams.get(name) ?? new Set();
  }

  private missed(name: string, lastId: number): string {
    const { resetTo, messages } = this.repository.missed(name, lastId);
    const first = resetTo === undefined ? "" : eventText({ id: resetTo, event: "reset", data: "" });
    return first + messages.map(eventText).join("");
  }
}
