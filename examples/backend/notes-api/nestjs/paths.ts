import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Middleware: turns a path that is no valid percent-encoding into one that is, and that no note has. Express would
 * answer it with 400 before any guard checks the token.
 */
export function escapeMalformedPath(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const [path = "", ...query] = (request.url ?? "").split("?");
  if (!isDecodable(path)) request.url = [path.replaceAll("%", "%25"), ...query].join("?");
  next();
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
