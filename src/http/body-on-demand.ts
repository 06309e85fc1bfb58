import type { IncomingMessage, Server } from 'node:http';

const CONSUMING_EVENTS: ReadonlySet<string | symbol> = new Set(['data', 'readable']);

/**
 * Clients with much to send may ask for leave first (`Expect: 100-continue`). They get it when somebody starts to read
 * the body, so that a refusal costs nobody an upload; behind one the connection is closed.
 */
export function inviteBodiesOnDemand(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response) => {
    const invite = (event: string | symbol): void => {
      if (!CONSUMING_EVENTS.has(event)) return;
      request.off('newListener', invite);
      if (!response.headersSent) response.writeContinue();
    };
    request.on('newListener', invite);
    server.emit('request', request, response);
  });
}
