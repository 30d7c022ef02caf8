export type JsonObject = Record<string, unknown>;

/** @returns undefined when the bytes are no JSON object in UTF-8 */
export function readJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const value = parse(bytes);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
