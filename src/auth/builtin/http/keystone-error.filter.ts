import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HttpProblem } from '../../../http/http-problem.js';
import { ActionForbidden, IdentityUnavailable } from '../../auth.errors.js';

/** Shows errors as Keystone does: `{"error": {"code", "message", "title"}}`. */
@Catch()
export class KeystoneErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Identity');

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = this.problemOf(error);
    const title = STATUS_CODES[problem.status] ?? 'Error';
    const message = problem.explanation ?? title;
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .code(problem.status)
      .headers(problem.headers)
      .send({ error: { code: problem.status, message, title } });
  }

  private problemOf(error: unknown): HttpProblem {
    if (error instanceof HttpProblem) return error;
    if (error instanceof ActionForbidden) return new HttpProblem(403, error.message);
    if (error instanceof IdentityUnavailable) return new HttpProblem(503, error.message);
    if (error instanceof HttpException) return new HttpProblem(error.getStatus(), error.message);
    this.logger.error(error instanceof Error ? error.stack : error);
    return new HttpProblem(500, 'An unexpected error prevented the server from fulfilling your request.');
  }
}
