export const HEARTBEAT = ":\n\n";

/**
 * The text of an event. The name must be a single line; the data may have many.
 *
 * @param {{id?: number, event: string, data: string}} event
 */
export function eventText({ id, event, data }) {
  const head = id === undefined ? "" : `id: ${id}\n`;
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${head}event: ${event}\n${lines.join("")}\n`;
}

/** What tells a client how long to wait before it comes again. */
export function retryText(milliseconds) {
  return `retry: ${milliseconds}\n\n`;
}
