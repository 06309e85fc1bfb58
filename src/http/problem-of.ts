import { HttpException } from '@nestjs/common';
import { DomainError } from '../kernel/domain-error.js';
import { presentationOf } from './error-status.js';
import { HttpProblem } from './http-problem.js';

/** Clients may try again soon: what is unavailable heals by itself or not at all. */
export const RETRY_AFTER_S = '1';

/** What a client may know of an error. Whatever is no refusal is a 500 that tells nothing. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof DomainError) return refusal(error);
  if (error instanceof HttpException) return new HttpProblem(error.getStatus(), null);
  return new HttpProblem(500, null);
}

function refusal(error: DomainError): HttpProblem {
  const presentation = presentationOf(error.code);
  if (presentation === undefined) return new HttpProblem(500, null);
  const headers = presentation.status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {};
  return new HttpProblem(
    presentation.status,
    presentation.shows === 'explanation' ? error.message : null,
    presentation.shows === 'detail' ? error.message : '',
    headers,
  );
}
