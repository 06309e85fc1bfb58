import type { AppConfig } from '../../../../config/app-config.js';
import { choiceOf } from '../../../../http/choice-parameter.js';
import { badRequest } from '../../../../http/http-problem.js';
import { pageLimit } from '../../../../http/number-parameters.js';
import { lastValue } from '../../../../http/query-parameters.js';
import type { QueryParameters } from '../../../../http/query-parameters.js';

type Limits = Pick<AppConfig['api'], 'limitParamDefault' | 'apiLimitMax'>;

/** A page of events: behind which number, in which direction, how many. */
export type EventPageParams = Readonly<{ after: bigint | null; direction: 'asc' | 'desc'; limit: number }>;

/**
 * Reads what all lists of events have in common.
 * @param counts what the marker is: the number of the last page's last event
 * @throws HttpProblem 400
 */
export function parseEventPage(
  params: QueryParameters,
  limits: Limits,
  counts: 'revision' | 'position',
): EventPageParams {
  const marker = lastValue(params, 'marker');
  return {
    after: marker === undefined ? null : parseMarker('marker', marker, counts),
    direction: choiceOf(params, 'sort_dir', ['asc', 'desc']) ?? 'asc',
    limit: pageLimit(lastValue(params, 'limit'), limits),
  };
}

/** @throws HttpProblem 400 */
export function parseMarker(name: string, text: string, counts: 'revision' | 'position'): bigint {
  if (/^\d{1,15}$/.test(text)) return BigInt(text);
  throw badRequest(`Invalid value '${text}' for '${name}'. It must be the ${counts} of an event.`);
}
