import { METHODS } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { Caller } from '../auth/caller.js';
import type { AppConfig } from '../config/app-config.js';
import { baseUrl } from './base-url.js';
import { inviteBodiesOnDemand } from './body-on-demand.js';
import { badRequest, HttpProblem } from './http-problem.js';
import { MALFORMED_QUERY } from './query-parameters.js';
import { isRequestIdTooLong, REQUEST_ID_HEADER } from './request-id.js';
import { routeRefusal } from './route-refusal.js';
import { dropUnreadBody } from './unread-body.js';

/** What the edge needs of the Identity port. */
type Authenticator = Readonly<{
  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null>;
  challenge: string;
}>;

/**
 * Installs on a server what comes before and after every handler: no parsing of bodies, OPTIONS, and on every path
 * under `/v2` authentication, request id, refusal of what has no handler, and the context that handlers get.
 */
export function registerEdge(server: FastifyInstance, authenticator: Authenticator, api: AppConfig['api']): void {
  leaveBodiesUnread(server);
  inviteBodiesOnDemand(server.server);
  server.decorateRequest('context');
  server.addHook('onRequest', answerOptions);
  server.addHook('onRequest', authentication(authenticator, api));
  server.addHook('onSend', withoutCharset);
  server.addHook('onResponse', (request, _reply, done) => {
    dropUnreadBody(request.raw);
    done();
  });
}

/** Fastify neither reads bodies nor judges media types: handlers take what they want from `request.raw`. */
function leaveBodiesUnread(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  for (const method of METHODS) server.addHttpMethod(method, { hasBody: false, overrideExisting: true });
}

function answerOptions(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  if (request.method === 'OPTIONS') void reply.code(200).send();
  else done();
}

function authentication(authenticator: Authenticator, api: AppConfig['api']) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    if (!isApiTarget(request.url)) {
      done();
      return;
    }
    authenticator
      .authenticate(request.headers)
      .then((caller) => (caller === null ? unauthorized(authenticator.challenge) : admit(request, reply, caller, api)))
      .then((refusal) => done(refusal ?? undefined), done);
  };
}

/** @returns why the request goes no further, or null */
function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  api: AppConfig['api'],
): HttpProblem | null {
  reply.header(REQUEST_ID_HEADER, request.id);
  if (isRequestIdTooLong(request.headers, api.maxRequestIdLength)) return new HttpProblem(431, null);
  request.context = { requestId: request.id, caller, baseUrl: baseUrl(request, api) };
  if (request.query === MALFORMED_QUERY) return badRequest('The query string is not valid UTF-8 in percent-encoding.');
  return routeRefusal(request);
}

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
