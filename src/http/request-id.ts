import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const REQUEST_ID_HEADER = 'x-openstack-request-id';

const PREFIX = 'req-';

/**
 * The client's id becomes the request's own, so that one id can be followed through several services.
 * @param maxLength a longer one is not taken over (and the edge refuses it); 0: any length will do
 */
export function requestId(headers: IncomingHttpHeaders, maxLength: number): string {
  const sent = sentRequestId(headers);
  if (sent === '' || isRequestIdTooLong(headers, maxLength)) return PREFIX + randomUUID();
  return sent.startsWith(PREFIX) ? sent : PREFIX + sent;
}

/** Whether the client sent an id that is longer than allowed. */
export const isRequestIdTooLong = (headers: IncomingHttpHeaders, maxLength: number): boolean =>
  maxLength > 0 && sentRequestId(headers).length > maxLength;

function sentRequestId(headers: IncomingHttpHeaders): string {
  const sent = headers[REQUEST_ID_HEADER];
  return typeof sent === 'string' ? sent : '';
}
