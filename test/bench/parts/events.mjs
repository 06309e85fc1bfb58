import { join } from 'node:path';
import { openEventStores } from '../service/event-stores.mjs';
import { measureAppends } from './events/appends.mjs';
import { measureBareClient } from './events/bare-client.mjs';
import { measureRebuilds } from './events/rebuilds.mjs';

/** What appends cost in each event store, until they are durable and until read models show them; and what a rebuild makes. */
export async function measureEvents(bench, results) {
  const stores = await openEventStores({ ...bench, folder: join(bench.folder, 'events') });
  try {
    await measureRebuilds(bench, results, stores);
    await measureAppends(bench, results, stores);
    await measureBareClient(bench, results, stores);
  } finally {
    for (const store of stores) await store.stop();
  }
}
