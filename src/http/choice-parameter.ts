import { badRequest } from './http-problem.js';
import { lastValue } from './query-parameters.js';
import type { QueryParameters } from './query-parameters.js';

/**
 * The value of a parameter that has only a few; undefined: the parameter is not there. Of repeated ones the last counts.
 * @throws HttpProblem 400
 */
export function choiceOf<Value extends string>(
  params: QueryParameters,
  name: string,
  allowed: readonly Value[],
): Value | undefined {
  const text = lastValue(params, name);
  const found = allowed.find((value) => value === text);
  if (text === undefined || found !== undefined) return found;
  throw badRequest(`Invalid value '${text}' for '${name}'. It must be one of: ${allowed.join(', ')}.`);
}
