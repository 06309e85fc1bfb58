import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, unsupportedMediaType } from '../../../http/http-problem.js';

/** @throws HttpProblem 415 */
export function mustBeOctetStream(contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'application/octet-stream') {
    throw unsupportedMediaType(mediaType, `Invalid content type ${mediaType}`);
  }
}

/**
 * The number of bytes that the client announced; its own header wins over Content-Length, of which 0 means unknown.
 * @throws HttpProblem 400
 */
export function parseExpectedBytes(headers: IncomingHttpHeaders): number | null {
  const announced = headers['x-openstack-image-size'];
  if (announced === undefined) return Number(headers['content-length'] ?? 0) || null;
  if (typeof announced !== 'string' || !/^\d{1,15}$/.test(announced.trim())) {
    throw badRequest('The header x-openstack-image-size must be a whole number of bytes.');
  }
  return Number(announced);
}
