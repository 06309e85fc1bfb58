import { METHODS } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { NOBODY } from '../auth/caller.js';
import type { Caller } from '../auth/caller.js';
import type { AppConfig } from '../config/app-config.js';
import { baseUrl } from './base-url.js';
import { Cors } from './cors.js';
import { gzipDocuments } from './gzip-documents.js';
import { inviteBodiesOnDemand } from './body-on-demand.js';
import { badRequest, HttpProblem } from './http-problem.js';
import { MALFORMED_QUERY } from './query-parameters.js';
import { isRequestIdTooLong, REQUEST_ID_HEADER } from './request-id.js';
import { routeRefusal } from './route-refusal.js';
import { UnreadBodies } from './unread-body.js';

/** What the edge needs of an authenticator. */
type Authenticator = Readonly<{
  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null>;
  challenge: string;
}>;

type EdgeConfig = Pick<AppConfig, 'api' | 'edge'>;

/**
 * Installs on a server what comes before and after every handler: no parsing of bodies, OPTIONS, and on every path
 * under `/v2` authentication, request id, refusal of what has no handler, and the context that handlers get.
 */
export function registerEdge(server: FastifyInstance, authenticator: Authenticator, config: EdgeConfig): void {
  const cors = new Cors(config.edge.cors);
  const unread = new UnreadBodies(config.api);
  leaveBodiesUnread(server);
  inviteBodiesOnDemand(server.server);
  server.decorateRequest('context');
  server.addHook('onRequest', answeringOptions(cors));
  if (!cors.isOff) server.addHook('onRequest', allowing(cors));
  server.addHook('onRequest', authentication(authenticator, config));
  server.addHook('onSend', withoutCharset);
  if (config.edge.gzipResponses) server.addHook('onSend', gzipDocuments);
  server.addHook('onSend', (request, reply, payload, done) => {
    unread.expect(request.raw, reply.raw);
    done(null, payload);
  });
  server.addHook('onResponse', (request, _reply, done) => {
    unread.drop(request.raw);
    done();
  });
}

/** Fastify neither reads bodies nor judges media types: handlers take what they want from `request.raw`. */
function leaveBodiesUnread(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  for (const method of METHODS) server.addHttpMethod(method, { hasBody: false, overrideExisting: true });
}

function answeringOptions(cors: Cors) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    if (request.method !== 'OPTIONS') {
      done();
      return;
    }
    cors.allowPreflight(request, reply);
    void reply.code(200).send();
  };
}

/** First of all, so that browsers can read refusals, too. */
function allowing(cors: Cors) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    cors.allow(request, reply);
    done();
  };
}

function authentication(authenticator: Authenticator, config: EdgeConfig) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    if (!isApiTarget(request.url)) {
      done();
      return;
    }
    authenticator
      .authenticate(request.headers)
      .then((caller) =>
        caller === null ? unauthorized(authenticator.challenge) : admit(request, reply, caller, config),
      )
      .then((refusal) => done(refusal ?? undefined), done);
  };
}

/** @returns why the request goes no further, or null */
function admit(request: FastifyRequest, reply: FastifyReply, caller: Caller, config: EdgeConfig): HttpProblem | null {
  reply.header(REQUEST_ID_HEADER, request.id);
  if (isRequestIdTooLong(request.headers, config.api.maxRequestIdLength)) return new HttpProblem(431, null);
  request.context = { requestId: request.id, caller, baseUrl: baseUrl(request, config) };
  if (request.query === MALFORMED_QUERY) return badRequest('The query string is not valid UTF-8 in percent-encoding.');
  return routeRefusal(request) ?? (mayOnlyRead(caller, request) ? new HttpProblem(403, null, READ_ONLY) : null);
}

const READ_ONLY = 'Read-only context';

const mayOnlyRead = (caller: Caller, { method }: FastifyRequest): boolean => caller === NOBODY && method !== 'GET';

const isApiTarget = (target: string): boolean => /^\/v2(?![^/?#])/.test(target);

const unauthorized = (challenge: string): HttpProblem =>
  new HttpProblem(401, null, '', { 'WWW-Authenticate': challenge });

/** Clients compare the content type as a whole, and JSON has no charset parameter. */
function withoutCharset(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  if (reply.getHeader('content-type') === 'application/json; charset=utf-8')
    reply.header('content-type', 'application/json');
  done(null, payload);
}
