import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './error-body.js';
import type { HttpProblem } from './http-problem.js';
import { statusText } from './status-texts.js';

/** Answers with the error in the form that the client accepts. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: HttpProblem): void {
  const { contentType, body } = errorBody(problem.status, problem.explanation, problem.detail, request.headers.accept);
  const bytes = Buffer.from(body); // as bytes, so that Fastify leaves the content type alone
  reply.raw.statusMessage = statusText(problem.status).title;
  void reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', contentType)
    .header('content-length', String(bytes.length))
    .send(bytes);
}
