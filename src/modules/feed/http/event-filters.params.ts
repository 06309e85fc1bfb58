import { FEED_EVENTS } from '../../../projections/history/event-index.read-model.js';
import { badRequest } from '../../../http/http-problem.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { EventFilters } from '../../../projections/history/event-index.read-model.js';
import { parseTime } from '../../images/http/history/instant.js';

/**
 * Reads which events are asked for. Of repeated parameters the last counts.
 * @throws HttpProblem 400
 */
export function parseEventFilters(params: QueryParameters): EventFilters {
  const text = (name: string): string | null => lastValue(params, name) ?? null;
  const time = (name: string, bound: 'first' | 'last'): number | null => {
    const value = text(name);
    return value === null ? null : parseTime(name, value, bound);
  };
  return {
    project: text('project'),
    actor: text('actor'),
    type: knownType(text('type')),
    image: text('image'),
    since: time('since', 'first'),
    until: time('until', 'last'),
  };
}

function knownType(type: string | null): string | null {
  if (type === null || FEED_EVENTS.has(type)) return type;
  throw badRequest(`There is no type of event '${type}'.`);
}
