import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending a body that nobody reads. */
const PATIENCE_MS = 30_000;

/**
 * Drops what a client still sends after it got its answer. Cutting the connection at once would make many clients miss
 * the answer; one that never ends is cut off after a while.
 */
export function dropUnreadBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  const cut = setTimeout(() => request.socket.destroy(), PATIENCE_MS).unref();
  request.once('end', () => clearTimeout(cut));
  request.once('close', () => clearTimeout(cut));
}
