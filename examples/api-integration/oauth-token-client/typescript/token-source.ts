/** Gives access tokens; may be used by many callers at the same time. */
export interface TokenSource {
  /** Returns the cached token or a new one; rejects with a `TokenError`. */
  token(): Promise<string>;
  /** Forgets the cached token if it is this one. */
  invalidate(token: string): void;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

export interface TokenSettings {
  /** How long before its expiry a token is not used any more. */
  readonly marginSeconds?: number;
  readonly timeoutMs?: number;
  /** Seconds of a clock that is never set. */
  readonly clock?: () => number;
}

const REJECTION_CODES = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
] as const;

export type RejectionCode = (typeof REJECTION_CODES)[number] | "other";
export type TokenErrorKind = "rejected" | "invalid-response" | "unavailable";

/** There is no token. Says nothing that came from the server or is secret. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly kind: TokenErrorKind;
  /** Status of the response, if there was one. */
  readonly status: number | undefined;
  /** Of kind `rejected` only. */
  readonly code: RejectionCode | undefined;

  constructor(kind: TokenErrorKind, { status, code }: { status?: number; code?: RejectionCode } = {}) {
    super(["token request failed:", kind, code, status && `(status ${status})`].filter(Boolean).join(" "));
    this.kind = kind;
    this.status = status;
    this.code = code;
  }
}

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Creates a source of tokens from an OAuth 2.0 token endpoint (client credentials grant). */
export function createTokenSource(
  tokenUrl: string,
  { clientId, clientSecret, scope }: Credentials,
  { marginSeconds = 30, timeoutMs = 10_000, clock = () => performance.now() / 1000 }: TokenSettings = {},
): TokenSource {
  let cached: Token | undefined;
  let pending: Promise<string> | undefined;

  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString("base64");
  const body = new URLSearchParams({ grant_type: "client_credentials", ...(scope ? { scope } : {}) });

  async function renew(): Promise<string> {
    const requestedAt = clock();
    const response = await ask(tokenUrl, basic, body, AbortSignal.timeout(timeoutMs));
    if (!response) throw new TokenError("unavailable");
    cached = tokenOf(response, requestedAt);
    return cached.value;
  }

  return {
    async token() {
      if (cached && clock() < cached.expiresAt - marginSeconds) return cached.value;
      pending ??= renew().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    invalidate(token) {
      if (cached?.value === token) cached = undefined;
    },
  };
}

async function ask(url: string, basic: string, body: URLSearchParams, signal: AbortSignal): Promise<Answer | undefined> {
  const headers = { Accept: "application/json", Authorization: `Basic ${basic}` };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    return { status: response.status, json: parsedObject(await response.text()) };
  } catch {
    return undefined;
  }
}

function tokenOf({ status, json }: Answer, requestedAt: number): Token {
  if (status === 200) {
    const { access_token: value, token_type: type, expires_in: lifetime = Infinity } = json ?? {};
    const isToken = typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
    const isBearer = typeof type === "string" && type.toLowerCase() === "bearer";
    if (isToken && isBearer && typeof lifetime === "number" && lifetime >= 0) {
      return { value, expiresAt: requestedAt + lifetime };
    }
    throw new TokenError("invalid-response", { status });
  }
  const error = json?.error;
  if ((status === 400 || status === 401) && typeof error === "string") {
    const code = REJECTION_CODES.find((known) => known === error) ?? "other";
    throw new TokenError("rejected", { status, code });
  }
  throw new TokenError("unavailable", { status });
}

/** The error of `JSON.parse` would show a part of the text, which may be a token. */
function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice("=".length);
}
