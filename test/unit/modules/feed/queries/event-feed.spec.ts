import { once } from 'node:events';
import { ActionForbidden } from '../../../../../src/auth/auth.errors.js';
import { ImagePolicy } from '../../../../../src/auth/image-policy.js';
import { EventFeedQueries } from '../../../../../src/modules/feed/queries/event-feed.queries.js';
import { StreamHistoryQueries } from '../../../../../src/modules/feed/queries/stream-history.queries.js';
import { ImageHistoryQueries } from '../../../../../src/modules/images/queries/image-history.queries.js';
import type { EventIndex } from '../../../../../src/projections/history/event-index.read-model.js';
import { ImageHistory } from '../../../../../src/projections/history/image-history.js';
import { StreamHistory } from '../../../../../src/projections/history/stream-history.js';
import { OWNER } from '../../../../support/image-workbench.js';

const filters = { project: null, actor: null, type: null, image: null, since: null, until: null };
const nothing = { readStream: () => Promise.resolve([]) };

/** A log in which nothing happens. */
const quiet: EventIndex = {
  page: () => Promise.resolve({ events: [], reached: 7n }),
  lastPosition: () => Promise.resolve(7n),
  changedAfter: async (_position, signal) => {
    if (!signal.aborted) await once(signal, 'abort');
  },
};

const feedFor = (isAllowed: () => boolean): EventFeedQueries => {
  const policy = new ImagePolicy({ allows: isAllowed });
  const codec = { decode: () => ({ type: 'never', schemaVersion: 1, data: {} }) };
  const api = { showMultipleLocations: false } as ConstructorParameters<typeof ImageHistoryQueries>[2]['api'];
  const history = new ImageHistoryQueries(new ImageHistory(nothing, codec), policy, { api });
  const others = new StreamHistoryQueries(new StreamHistory(nothing, codec), { allows: isAllowed });
  return new EventFeedQueries(quiet, history, others, policy);
};

describe('a feed that is followed', () => {
  it('shows that it lives while nothing happens, and ends when nobody listens', async () => {
    const stop = new AbortController();
    let signs = 0;
    for await (const part of feedFor(() => true).follow(filters, 0n, OWNER, stop.signal, 1)) {
      expect(part).toEqual([]);
      signs += 1;
      if (signs === 3) stop.abort();
    }
    expect(signs).toBe(3);
  });

  it('ends when the caller may not know any more', async () => {
    let isAllowed = true;
    const parts = feedFor(() => isAllowed).follow(filters, 0n, OWNER, new AbortController().signal, 1);
    expect(await parts.next()).toMatchObject({ done: false });
    isAllowed = false;
    await expect(parts.next()).rejects.toThrow(ActionForbidden);
  });

  it('has no page for those who may not know', async () => {
    const query = { filters, after: null, direction: 'asc', limit: 10 } as const;
    await expect(feedFor(() => false).page(query, OWNER)).rejects.toThrow(ActionForbidden);
    await expect(feedFor(() => false).end(OWNER)).rejects.toThrow(ActionForbidden);
    expect(await feedFor(() => true).page(query, { ...OWNER, projectId: null })).toEqual({ events: [], last: null });
  });
});
