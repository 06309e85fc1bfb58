import type { Caller } from '../auth/caller.js';

/** What every handler of an authenticated request knows about it. Set by the request hooks before routing ends. */
export type RequestContext = Readonly<{
  /** `req-<uuid>`, or what the client sent. */
  requestId: string;
  caller: Caller;
  /** Scheme, host and mount prefix under which the client reaches this service; no trailing slash. */
  baseUrl: string;
}>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Only on authenticated paths. */
    context?: RequestContext;
  }
}
