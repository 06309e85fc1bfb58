import { firstPageLink, nextPageLink } from '../../../../http/paging-links.js';
import type { QueryParameters } from '../../../../http/query-parameters.js';
import type { JsonObject } from '../../../../kernel/json.js';
import type { EventPageParams } from './event-list.params.js';

type Enveloped = Readonly<{ envelope: Readonly<{ revision: number }> }>;

/** One page of all that happened in one stream, with links to others. */
export function presentEventPage<Event extends Enveloped>(
  all: readonly Event[],
  page: EventPageParams,
  { path, params }: Readonly<{ path: string; params: QueryParameters }>,
  present: (event: Event) => JsonObject,
): JsonObject {
  const rest = behind(all, page);
  const events = rest.slice(0, page.limit);
  const last = events.length < rest.length ? events.at(-1) : undefined;
  return {
    events: events.map(present),
    first: firstPageLink(path, params),
    ...(last !== undefined && { next: nextPageLink(path, params, String(last.envelope.revision)) }),
  };
}

function behind<Event extends Enveloped>(
  events: readonly Event[],
  { after, direction }: EventPageParams,
): readonly Event[] {
  const ordered = direction === 'asc' ? events : events.toReversed();
  if (after === null) return ordered;
  return ordered.filter(({ envelope: { revision } }) => (direction === 'asc' ? revision > after : revision < after));
}
