/** What a publisher posts. */
export interface NewMessage {
  event: string;
  data: string;
}

/** A message of a channel. */
export interface Message extends NewMessage {
  id: number;
}

/** What a client has missed; `resetTo` is there when messages are lost to it. */
export interface Missed {
  resetTo?: number;
  messages: Message[];
}

/** A channel as clients see it. */
export interface Channel {
  name: string;
  last_id: number;
  listeners: number;
}
