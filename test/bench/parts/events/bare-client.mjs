import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { summarize } from '../../measuring/compare.mjs';
import { openNewImages } from '../../seed/new-images.mjs';
import { LOADS, repeatFor } from './at-once.mjs';

/** The id of the limit for so many appends at once. */
export const bareClientLimit = (atOnce) => `esdb_client_${atOnce}`;

/** The same appends by the vendor's client alone: what the server and the client leave to an adapter. */
export async function measureBareClient({ sizes }, results, stores) {
  const store = stores.find(({ esdb }) => esdb !== undefined);
  const client = EventStoreDBClient.connectionString(store.esdb);
  client.supports = () => Promise.resolve(false); // an append is a call of its own, as it is of the adapter
  const nextImage = await openNewImages();
  const append = ({ event: { id, type, data, metadata } }) =>
    client.appendToStream(`bare-${randomUUID()}`, jsonEvent({ id, type, data, metadata: { ...metadata } }), {
      expectedRevision: 'no_stream',
    });
  try {
    for (const { atOnce, kinds } of LOADS) {
      const samples = [];
      for (let run = 0; run < sizes.runs; run += 1) {
        const { latencies, seconds } = await repeatFor(sizes.seconds, atOnce, nextImage, append);
        samples.push({ value: latencies.length / seconds });
      }
      const title = `appends by the client of KurrentDB alone, ${kinds}`;
      results.addLimit({ id: bareClientLimit(atOnce), title, unit: '1/s', ...summarize(samples) });
    }
  } finally {
    await client.dispose();
  }
}
