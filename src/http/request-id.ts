import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const REQUEST_ID_HEADER = 'x-openstack-request-id';

const PREFIX = 'req-';

/**
 * The client's id becomes the request's own, so that one id can be followed through several services.
 * @param maxLength a longer one is not taken over (and the edge refuses it)
 */
export function requestId(headers: IncomingHttpHeaders, maxLength: number): string {
  const sent = sentRequestId(headers);
  if (sent === undefined || sent.length > maxLength) return PREFIX + randomUUID();
  return sent.startsWith(PREFIX) ? sent : PREFIX + sent;
}

/** The id that the client sent, unless it is empty. */
export function sentRequestId(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers[REQUEST_ID_HEADER];
  return typeof sent === 'string' && sent !== '' ? sent : undefined;
}
