import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './error-body.js';
import { RETRY_AFTER_S } from './problem-of.js';
import { statusText } from './status-texts.js';

/** The server of one application. It does not listen; requests are handed to it, and it counts those in flight. */
export class ApplicationServer {
  private isFinishing = false;
  private inFlight = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly server: Server) {}

  take(event: 'request' | 'checkContinue', request: IncomingMessage, response: ServerResponse): void {
    if (this.isFinishing) {
      answerTooLate(request, response);
      return;
    }
    this.inFlight += 1;
    response.once('close', () => {
      this.inFlight -= 1;
      if (this.inFlight === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
    });
    this.server.emit(event, request, response);
  }

  /** What came over a connection was no request. */
  refuse(error: Error, socket: Duplex): void {
    this.server.emit('clientError', error, socket);
  }

  /** Takes no further requests, and resolves when none is in flight. */
  finish(): Promise<void> {
    this.isFinishing = true;
    return this.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.whenIdle.push(resolve));
  }
}

/** The connection was made, or taken up again, when the process had begun to stop: the next one goes elsewhere. */
function answerTooLate({ headers }: IncomingMessage, response: ServerResponse): void {
  const { contentType, body } = errorBody(503, null, '', headers.accept);
  response.writeHead(503, statusText(503).title, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'retry-after': RETRY_AFTER_S,
    connection: 'close',
  });
  response.end(body);
}
