import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppConfig } from '../config/app-config.js';

/** How long a client may go on sending a body that nobody reads. */
const PATIENCE_MS = 30_000;

/**
 * Lets clients finish that got their answer before they had sent their body: a connection that is closed while they still
 * send gives them an error instead of the answer.
 */
export class UnreadBodies {
  /** Requests behind which the connection ends. */
  private readonly last = new WeakSet<IncomingMessage>();

  constructor(private readonly api: Pick<AppConfig['api'], 'httpKeepalive' | 'clientSocketTimeoutS'>) {}

  /** Comes before the answer. */
  expect(request: IncomingMessage, response: ServerResponse): void {
    if (!this.api.httpKeepalive || !response.shouldKeepAlive) this.last.add(request);
    if (mustHearOut(request)) response.shouldKeepAlive = true; // else the end of the answer would be the connection's
  }

  /** Comes behind the answer: drops what is still sent, and cuts off who stops sending, or never does. */
  drop(request: IncomingMessage): void {
    if (request.complete) this.hangUp(request);
    else if (!request.destroyed) this.hearOut(request);
  }

  private hearOut(request: IncomingMessage): void {
    const { socket } = request;
    const idleTimeMs = socket.timeout ?? 0;
    socket.setTimeout(this.api.clientSocketTimeoutS * 1000);
    const cut = setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
    request.once('end', () => {
      socket.setTimeout(idleTimeMs);
      this.hangUp(request);
    });
    request.once('close', () => clearTimeout(cut));
    request.resume();
  }

  private hangUp(request: IncomingMessage): void {
    if (this.last.has(request)) request.socket.end();
  }
}

/** Who waits for an invitation sends no body. */
const mustHearOut = (request: IncomingMessage): boolean =>
  isFollowedByBytes(request) && !request.complete && request.headers.expect === undefined;

/** Whatever the method: also where a body means nothing, its bytes come. */
const isFollowedByBytes = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
