import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from './request-context.js';

/** The context of an authenticated request; there is one on every path under `/v2`. */
function contextOf(request: FastifyRequest): RequestContext {
  if (request.context === undefined) throw new Error(`No request context on ${request.method} ${request.url}`);
  return request.context;
}

/** Parameter of a controller method: the RequestContext. */
export const Context = createParamDecorator((_data: undefined, execution: ExecutionContext) =>
  contextOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);
