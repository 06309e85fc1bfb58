import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/** What the filter needs of a logger; pino's fits. */
type FailureLog = Readonly<{ error(fields: object, message: string): void }>;

/** Turns everything that is thrown while a request is handled into an answer. The only one of its kind: see start-role.ts. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: FailureLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      this.breakOff(error, request, reply);
      return;
    }
    const problem = problemOf(error);
    if (problem.status >= 500) this.log.error(failure(error, request), 'request failed');
    sendProblem(request, reply, problem);
  }

  /** A client that counts the bytes notices the broken connection; an error body would look like data. */
  private breakOff(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.raw.writableFinished) return;
    if (!reply.raw.destroyed) this.log.error(failure(error, request), 'answer broke off');
    reply.raw.destroy();
  }
}

function failure(error: unknown, request: FastifyRequest): object {
  const [path] = request.url.split('?', 1);
  return { err: error, request_id: request.id, method: request.method, path };
}
