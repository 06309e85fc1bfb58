import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending a body that nobody reads. */
const PATIENCE_MS = 30_000;

/**
 * Whether the connection must outlive the answer although the client asked to close it behind this request: closed while
 * it still sends its body, it would get an error instead of the answer. Who waits for an invitation sends no body.
 */
export function mustHearOut(request: IncomingMessage): boolean {
  return (
    isFollowedByBytes(request) && !request.complete && asksToClose(request) && request.headers.expect === undefined
  );
}

/** Whatever the method: also where a body means nothing, its bytes come. */
const isFollowedByBytes = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Drops what a client still sends after it got its answer. Cutting the connection at once would make many clients miss
 * the answer; one that never ends is cut off after a while.
 */
export function dropUnreadBody(request: IncomingMessage): void {
  if (request.destroyed) return;
  const hangUp = (): void => {
    if (asksToClose(request)) request.socket.end();
  };
  if (request.complete) {
    hangUp();
    return;
  }
  request.resume();
  const cut = setTimeout(() => request.socket.destroy(), PATIENCE_MS).unref();
  request.once('end', () => {
    clearTimeout(cut);
    hangUp();
  });
  request.once('close', () => clearTimeout(cut));
}

const asksToClose = ({ headers }: IncomingMessage): boolean => /\bclose\b/i.test(headers.connection ?? '');
