import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import '../http/request-context.js';
import type { Metrics } from './metrics.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const IMAGE_PATH = /^\/v\d[^/]*\/images\/([0-9A-Fa-f-]{36})(?:\/|$)/;

/** Counts, times and logs every request when its response is over, also a broken one. To be called before routes exist. */
export function observeRequests(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const sentBefore = socket.bytesWritten;
    // The framework's own hook does not run when the client leaves early.
    reply.raw.once('close', () => {
      const sentBytes = socket.bytesWritten - sentBefore;
      measure(metrics, request, reply, sentBytes);
      if (logger.isLevelEnabled('info')) logger.info(requestFields(request, reply, sentBytes), 'request');
    });
    done();
  });
}

/** Routes are patterns and methods are known ones: labels that a client could invent would grow without bound. */
function measure(metrics: Metrics, request: FastifyRequest, reply: FastifyReply, sentBytes: number): void {
  const method = METHODS.has(request.method) ? request.method : 'other';
  const route = request.routeOptions.url ?? 'unmatched';
  metrics.httpRequests.inc({ method, route, status: reply.statusCode });
  metrics.httpDuration.observe({ method, route }, reply.elapsedTime / 1000);
  if (method === 'GET' && route.endsWith('/file')) metrics.downloadedBytes.inc(sentBytes);
}

/** The query is left out: it may hold what clients would not like to see in a log. */
function requestFields(
  request: FastifyRequest,
  reply: FastifyReply,
  sentBytes: number,
): Readonly<Record<string, unknown>> {
  const path = request.originalUrl.split('?', 1)[0] ?? '';
  const imageId = IMAGE_PATH.exec(path)?.[1];
  return {
    method: request.method,
    path,
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    bytes: sentBytes,
    ...(request.context && { request_id: request.context.requestId, project_id: request.context.caller.projectId }),
    ...(imageId && { image_id: imageId }),
    ...(!reply.raw.writableFinished && { broken: true }),
  };
}
