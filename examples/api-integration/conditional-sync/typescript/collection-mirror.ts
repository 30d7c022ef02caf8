import { setTimeout as delay } from "node:timers/promises";

import { nextReference } from "./link-header.ts";

/** An item of the collection. */
export interface Item {
  readonly id: string;
  readonly name: string;
}

export type SyncErrorKind =
  | "status"
  | "unavailable"
  | "size"
  | "json"
  | "link"
  | "origin"
  | "loop"
  | "pages"
  | "connection";

/** A run failed; nothing of what the mirror remembers has changed. */
export class SyncError extends Error {
  override readonly name = "SyncError";
  readonly kind: SyncErrorKind;
  readonly url: string;
  /** Status of the response, of the kinds `status`, `unavailable`, `size` and `json`. */
  readonly status: number | undefined;

  constructor(kind: SyncErrorKind, url: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(`${kind} at ${url}${status === undefined ? "" : ` (status ${status})`}`, { cause });
    this.kind = kind;
    this.url = url;
    this.status = status;
  }
}

export interface MirrorSettings {
  readonly maxPages?: number;
  readonly maxBodyBytes?: number;
  /** Most retries of one page. */
  readonly maxRetries?: number;
  readonly maxWaitSeconds?: number;
  /** Longest time for one response with its body. */
  readonly timeoutMs?: number;
  readonly sleep?: (seconds: number) => Promise<void>;
}

interface Page {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  readonly etag: string | null;
}

const OK = 200;
const NOT_MODIFIED = 304;
const RETRIED = new Set([429, 503]);
const DEFAULT_WAIT_SECONDS = 1;
/** What begins like an allowed reference and has only characters of URIs. */
const REFERENCE = /^(?:[a-z][a-z0-9+.-]*:|[/?])[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/i;

/** Mirrors a paginated collection and fetches only pages that have changed. */
export class CollectionMirror {
  readonly #first: URL;
  readonly #settings: Required<MirrorSettings>;
  #remembered: ReadonlyMap<string, Page> = new Map();

  constructor(firstUrl: string, settings: MirrorSettings = {}) {
    this.#first = new URL(firstUrl);
    this.#settings = {
      maxPages: 100,
      maxBodyBytes: 2 ** 20,
      maxRetries: 3,
      maxWaitSeconds: 60,
      timeoutMs: 10_000,
      sleep: (seconds) => delay(seconds * 1000),
      ...settings,
    };
  }

  /**
   * Fetches all pages and returns their items.
   *
   * @throws {SyncError} if the collection could not be read as a whole
   */
  async sync(): Promise<Item[]> {
    const pages = new Map<string, Page>();
    const items = new Map<string, Item>();
    for (let url: URL | undefined = this.#first; url; ) {
      const { href } = url;
      if (pages.has(href)) throw new SyncError("loop", href);
      if (pages.size >= this.#settings.maxPages) throw new SyncError("pages", href);
      const page = await this.#fetchPage(href, this.#remembered.get(href));
      pages.set(href, page);
      for (const item of page.items) {
        if (!items.has(item.id)) items.set(item.id, item);
      }
      url = page.next === undefined ? undefined : this.#resolve(page.next, url);
    }
    this.#remembered = pages;
    return [...items.values()];
  }

  async #fetchPage(url: string, known: Page | undefined): Promise<Page> {
    for (let retries = 0; ; retries += 1) {
      const response = await this.#request(url, known?.etag);
      const { status, headers } = response;
      if (status === OK) return await this.#read(response, url);
      await response.body?.cancel();
      if (status === NOT_MODIFIED && known?.etag) return known;
      if (!RETRIED.has(status)) throw new SyncError("status", url, { status });
      const wait = waitSeconds(headers.get("Retry-After"));
      if (retries === this.#settings.maxRetries || wait > this.#settings.maxWaitSeconds) {
        throw new SyncError("unavailable", url, { status });
      }
      await this.#settings.sleep(wait);
    }
  }

  async #request(url: string, etag: string | null | undefined): Promise<Response> {
    const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
    const signal = AbortSignal.timeout(this.#settings.timeoutMs);
    try {
      return await fetch(url, { headers, signal, redirect: "manual" });
    } catch (cause) {
      throw new SyncError("connection", url, { cause });
    }
  }

  async #read(response: Response, url: string): Promise<Page> {
    const { status, headers } = response;
    const body = await this.#readBody(response, url);
    let items: Item[];
    try {
      items = parseItems(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch (cause) {
      throw new SyncError("json", url, { status, cause });
    }
    try {
      return { items, next: nextReference(headers.get("Link") ?? ""), etag: headers.get("ETag") };
    } catch (cause) {
      throw new SyncError("link", url, { cause });
    }
  }

  async #readBody(response: Response, url: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of response.body ?? []) {
        size += chunk.length;
        if (size > this.#settings.maxBodyBytes) throw new SyncError("size", url, { status: response.status });
        chunks.push(chunk);
      }
    } catch (cause) {
      throw cause instanceof SyncError ? cause : new SyncError("connection", url, { cause });
    }
    return Buffer.concat(chunks);
  }

  #resolve(reference: string, page: URL): URL {
    if (!REFERENCE.test(reference) || !URL.canParse(reference, page)) throw new SyncError("link", page.href);
    const url = new URL(reference, page);
    if (url.origin !== this.#first.origin || url.username || url.password) throw new SyncError("origin", page.href);
    url.hash = "";
    return url;
  }
}

function waitSeconds(retryAfter: string | null): number {
  return /^[0-9]+$/.test(retryAfter ?? "") ? Number(retryAfter) : DEFAULT_WAIT_SECONDS;
}

function parseItems(text: string): Item[] {
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) throw new TypeError("not an array");
  return items.map((item: Partial<Item> | null) => {
    const { id, name } = item ?? {};
    if (typeof id !== "string" || typeof name !== "string") throw new TypeError("not an item");
    return Object.freeze({ id, name });
  });
}
