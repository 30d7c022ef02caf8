import type { TokenSource } from "./token-source.ts";

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a request and returns its response, whatever the status; after 401 it retries once with a new token. Rejects
 * with a `TypeError` if the path is not allowed, with a `TokenError` if there is no token, and as `fetch` does if there
 * is no response.
 *
 * @param path begins with a slash; with query; of characters that URIs have
 * @param json the body, if there is one
 */
export type ApiClient = (method: string, path: string, json?: string) => Promise<ApiResponse>;

const UNAUTHORIZED = 401;
/** What `fetch` sends as it is: it would drop a fragment, take `\` for `/` and encode other characters. */
const PATH = /^(?!.*%(?![0-9a-f]{2}))\/[a-z0-9\-._~!$&'()*+,;=:@/?%]*$/i;

/** Creates a client for an API that wants bearer tokens. */
export function createApiClient(origin: string, tokens: TokenSource, { timeoutMs = 10_000 } = {}): ApiClient {
  return async (method, path, json) => {
    if (!PATH.test(path)) throw new TypeError(`not a path: ${JSON.stringify(path)}`);

    const send = async (token: string): Promise<ApiResponse> => {
      const response = await fetch(origin + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
        body: json,
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "manual",
      });
      return { status: response.status, body: await response.text() };
    };

    const token = await tokens.token();
    const response = await send(token);
    if (response.status !== UNAUTHORIZED) return response;
    tokens.invalidate(token);
    return send(await tokens.token());
  };
}
