import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsEncoding } from './accepted-encoding.js';

const compress = promisify(gzip);

/** Below this a document fits into a packet or two anyway. */
const SMALLEST_BYTES = 1024;

/** Hook that compresses JSON documents for clients that accept it. What is not JSON, as image data, passes as it is. */
export async function gzipDocuments(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
  const isDocument = String(reply.getHeader('content-type')).startsWith('application/json');
  if (!isDocument || reply.hasHeader('content-encoding') || Buffer.byteLength(payload) < SMALLEST_BYTES) return payload;
  const vary = reply.getHeader('vary');
  void reply.header('vary', vary === undefined ? 'Accept-Encoding' : `${String(vary)}, Accept-Encoding`);
  if (!acceptsEncoding(request.headers['accept-encoding'], 'gzip')) return payload;
  void reply.header('content-encoding', 'gzip').removeHeader('content-length');
  return compress(payload);
}
