import type { IncomingMessage } from "node:http";

/** What this app uses of Express's requests; Express itself has no types. */
export interface HttpRequest extends IncomingMessage {
  url: string;
  readonly path: string;
  body: unknown;
  /** who sent the request, once that is known */
  tenantId?: string;
}

/** What this app uses of Express's responses. */
export interface HttpResponse {
  status(code: number): this;
  type(mediaType: string): this;
  set(header: string, value: string): this;
  send(body: string): this;
}

/** What this app uses of Express's applications. */
export interface ExpressApp {
  readonly router: { caseSensitive: boolean };
  disable(setting: string): this;
  use(handler: (request: HttpRequest, response: HttpResponse, next: () => void) => void): this;
}

/** Replaces defaults of Express that this API can't have; to be called before routes are added. */
export function configureExpress(app: ExpressApp): void {
  app.disable("x-powered-by");
  app.disable("etag");
  // The setting "case sensitive routing" would come too late: Nest has made the router already.
  app.router.caseSensitive = true;
  app.use(acceptAnyPath);
}

/** Express would answer 400 to a code that is no valid percent-encoding, here it is just an unknown one. */
function acceptAnyPath(request: HttpRequest, response: HttpResponse, next: () => void): void {
  const { path } = request;
  try {
    decodeURIComponent(path);
  } catch {
    request.url = path.replaceAll("%", "%25") + request.url.slice(path.length);
  }
  next();
}
