import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { AppConfig } from '../config/app-config.js';
import { advertisedVersions } from './api-versions.js';
import { errorBody } from './error-body.js';
import { parseQuery } from './query-parameters.js';
import { requestId } from './request-id.js';
import { routedTarget } from './request-target.js';
import { statusText } from './status-texts.js';

/** Room for a service catalog beside a token. */
const MAX_HEADER_BYTES = 64 * 1024;
const HEADERS_TIMEOUT_MS = 60_000;
/** Longer than load balancers keep idle connections, so that they and not we close them. */
const KEEP_ALIVE_MS = 75_000;

type WithHeaders = { headers: IncomingHttpHeaders };
type RawResponse = { writeHead(status: number, headers: OutgoingHttpHeaders): unknown; end(body: string): unknown };

/** Options of the Fastify server (Nest's FastifyAdapter takes them). A request may take as long as its body does. */
export function fastifyOptions(config: AppConfig) {
  const versions = new Set(['v2', ...advertisedVersions(config).map(({ id }) => id)]);
  return {
    genReqId: ({ headers }: WithHeaders) => requestId(headers, config.api.maxRequestIdLength),
    rewriteUrl: (request: WithHeaders & { url?: string | undefined }): string =>
      routedTarget(request.url ?? '/', request.headers.accept, versions),
    routerOptions: { querystringParser: queryParser, maxParamLength: MAX_HEADER_BYTES },
    exposeHeadRoutes: false,
    frameworkErrors: refuseUndecodable,
    clientErrorHandler: refuseUnreadable,
    requestTimeout: 0,
    connectionTimeout: config.api.clientSocketTimeoutS * 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: 0 },
  };
}

/** Fastify wants the result to look like a record; handlers see what it is, see query-parameters.ts. */
const queryParser = (query: string): Record<string, unknown> => parseQuery(query) as unknown as Record<string, unknown>;

/** The router could not decode the path; no hook has run or will run. */
function refuseUndecodable(_error: Error, { headers }: WithHeaders, { raw }: { raw: RawResponse }): void {
  const explanation = 'The URL is not valid UTF-8 in percent-encoding.';
  const { contentType, body } = errorBody(400, explanation, '', headers.accept);
  raw.writeHead(400, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  raw.end(body);
}

/** What came over the connection was no HTTP, or not in time. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const status = unreadableStatus(error.code);
  const { contentType, body } = errorBody(status, null, '', undefined);
  const head = `HTTP/1.1 ${status} ${statusText(status).title}\r\nContent-Type: ${contentType}`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function unreadableStatus(code: string | undefined): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}
