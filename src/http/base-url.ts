import type { FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/app-config.js';
import { forwarded } from './forwarded.js';

/** Under which URL the client reaches this service: the operator's word, else what the request says. No trailing slash. */
export const baseUrl = (request: FastifyRequest, { api, edge }: Pick<AppConfig, 'api' | 'edge'>): string =>
  api.publicEndpoint ?? (edge.proxyHeaders ? forwardedUrl(request) : usedUrl(request));

const usedUrl = (request: FastifyRequest): string => `${request.protocol}://${request.host || localAddress(request)}`;

function forwardedUrl(request: FastifyRequest): string {
  const { protocol, host, prefix } = forwarded(request.headers);
  return `${protocol ?? request.protocol}://${host ?? (request.host || localAddress(request))}${prefix}`;
}

/** HTTP/1.0 clients may leave the host out. */
function localAddress(request: FastifyRequest): string {
  const { localAddress: address = 'localhost', localPort: port } = request.socket;
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? ''}`;
}
