import type { IncomingMessage } from "node:http";

/** What this app uses of Express's requests; Express has no types of its own. */
export interface HttpRequest extends IncomingMessage {
  url: string;
  body: unknown;
}

/** What this app uses of Express's responses. */
export interface HttpResponse {
  status(code: number): this;
  location(path: string): this;
  json(body: unknown): this;
}

/** What this app uses of Express's applications. */
export interface ExpressApp {
  readonly router: { caseSensitive: boolean };
  disable(setting: string): this;
  set(setting: string, value: unknown): this;
  use(handler: (request: HttpRequest, response: HttpResponse, next: () => void) => void): this;
}

/** Replaces defaults of Express that do not fit the API. Has to be called before there are routes. */
export function adaptExpress(app: ExpressApp): void {
  app.disable("x-powered-by");
  app.disable("etag");
  // Keeps every parameter and every repetition, whatever its name looks like.
  app.set("query parser", (query: string | null) => new URLSearchParams(query ?? ""));
  // Not by a setting: the router, which Nest has made by now, would not see it any more.
  app.router.caseSensitive = true;
  app.use((request, _response, next) => {
    makeUnconditional(request);
    makeDecodable(request);
    next();
  });
}

/** Every answer has a body, so Express must not see a reason to answer 304. */
function makeUnconditional({ headers }: HttpRequest): void {
  delete headers["if-none-match"];
  delete headers["if-modified-since"];
}

/** An id that is no valid percent-encoding does not exist, but for Express the whole request would be faulty. */
function makeDecodable(request: HttpRequest): void {
  const [path = "", ...query] = request.url.split("?");
  try {
    decodeURIComponent(path);
  } catch {
    request.url = [path.replaceAll("%", "%25"), ...query].join("?");
  }
}
