import type { FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/app-config.js';

/** Under which URL the client reaches this service: the operator's word, else what the request says. No trailing slash. */
export const baseUrl = (request: FastifyRequest, api: AppConfig['api']): string =>
  api.publicEndpoint ?? `${request.protocol}://${request.host || localAddress(request)}`;

/** HTTP/1.0 clients may leave the host out. */
function localAddress(request: FastifyRequest): string {
  const { localAddress: address = 'localhost', localPort: port } = request.socket;
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? ''}`;
}
