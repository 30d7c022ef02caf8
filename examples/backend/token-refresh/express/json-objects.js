const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @param {Uint8Array} [bytes]  undefined for a body that is not there
 * @returns {object | undefined}  undefined when the bytes are not a JSON object in UTF-8
 */
export function parseObject(bytes) {
  try {
    const value = JSON.parse(decoder.decode(bytes));
    return Object.prototype.toString.call(value) === "[object Object]" ? value : undefined;
  } catch {
    return undefined;
  }
}
