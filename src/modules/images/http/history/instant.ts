import { badRequest } from '../../../../http/http-problem.js';
import type { ImageInstant } from '../../queries/image-history.queries.js';
import { parseIsoTime } from '../list-query/iso-time.js';

/** Clients see most times as whole seconds; one of these means all of the second. */
const REST_OF_SECOND_MS = 999;

/**
 * Reads a revision (0, 1, ...) or a time of ISO 8601, of which RFC 3339 is a part.
 * @throws HttpProblem 400
 */
export function parseInstant(name: string, text: string): ImageInstant {
  if (/^\d{1,7}$/.test(text)) return { revision: Number(text) };
  const time = parseIsoTime(text);
  if (time === null) throw badRequest(`The parameter '${name}' must be a revision or a time, not '${text}'.`);
  return { until: endOf(text, time) };
}

/**
 * Reads a time.
 * @param bound whether a time without a fraction is the first or the last moment of its second
 * @returns milliseconds since 1970
 * @throws HttpProblem 400
 */
export function parseTime(name: string, text: string, bound: 'first' | 'last'): number {
  const time = parseIsoTime(text);
  if (time === null) throw badRequest(`The parameter '${name}' must be a time, not '${text}'.`);
  return bound === 'first' ? time.getTime() : endOf(text, time);
}

const endOf = (text: string, time: Date): number => time.getTime() + (/[.,]\d/.test(text) ? 0 : REST_OF_SECOND_MS);
