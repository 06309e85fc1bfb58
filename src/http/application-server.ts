import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server of one application. It does not listen; requests are handed to it, and it counts those in flight. */
export class ApplicationServer {
  private inFlight = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly server: Server) {}

  take(event: 'request' | 'checkContinue', request: IncomingMessage, response: ServerResponse): void {
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

  /** Resolves when no request is in flight. */
  idle(): Promise<void> {
    return this.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.whenIdle.push(resolve));
  }
}
