import type { FastifyRequest } from 'fastify';
import { forwarded } from './forwarded.js';

/**
 * The address that a request came from, an IPv4 or IPv6 one; null once its connection is gone.
 * @param believesProxies what a proxy says of its client counts
 */
export const clientAddress = (request: FastifyRequest, believesProxies: boolean): string | null =>
  (believesProxies ? forwarded(request.headers).client : null) ?? peerAddress(request);

/** Servers that listen to both families see IPv4 within IPv6. */
const peerAddress = ({ socket }: FastifyRequest): string | null =>
  socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/, '') ?? null;
