import { Problem } from "./problem.ts";

/** Positions in a file, from `start` up to, but without, `end`. */
export interface Part {
  start: number;
  end: number;
}

/** The value of `Content-Disposition`, for old clients and for those that know RFC 8187. */
export function disposition(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/gu, "_");
  const encoded = encodeURIComponent(name).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * The part of a file of that many bytes that a `Range` header asks for; undefined: the whole file.
 *
 * @throws Problem when the file has nothing there
 */
export function selectPart(value: string | undefined, size: number): Part | undefined {
  const [, first, last] = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(value ?? "") ?? [];
  if (!first && !last) return undefined;
  if (first && last && Number(last) < Number(first)) return undefined;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last) + 1, size) : size;
  if (start >= size) throw new Problem("range_not_satisfiable", { "Content-Range": `bytes */${size}` });
  return { start, end };
}
