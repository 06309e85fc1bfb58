import { join } from 'node:path';
import { compare, summarize } from '../measuring/compare.mjs';
import { quantile } from '../measuring/quantile.mjs';
import { atLeast } from '../measuring/targets.mjs';
import { openBackendOf } from '../service/built-program.mjs';
import { openHistories } from '../seed/histories.mjs';
import { seedEvents } from '../seed/seed-events.mjs';
import { openEventStores } from '../service/event-stores.mjs';

const AT_ONCE = 32;
/** Events per second that a rebuild of the images' read model has to make. */
const REBUILD_TARGETS = { sqlite: 20_000, postgresql: 5000 };

/** What appends cost in each event store, until they are durable and until read models show them; and what a rebuild makes. */
export async function measureEvents(bench, results) {
  const folder = join(bench.folder, 'events');
  const stores = await openEventStores({ children: bench.children, folder });
  try {
    await measureRebuilds(bench, results, stores);
    await measureAppends(bench, results, stores);
  } finally {
    for (const store of stores) await store.stop();
  }
}

async function measureAppends({ program, sizes }, results, stores) {
  const opened = [];
  const { historyOf } = await openHistories();
  let number = sizes.rebuildImages;
  /** The first event of an image that there is not yet. */
  const next = () => {
    const { stream, chain } = historyOf((number += 1));
    return { stream, events: chain.slice(0, 1) };
  };
  try {
    for (const store of stores) opened.push({ ...store, backend: await openBackendOf({ ...store, program }) });
    for (const atOnce of [1, AT_ONCE]) {
      const kinds = atOnce === 1 ? 'one after the other' : `${atOnce} at once`;
      const rates = await compare(opened, sizes.runs, ({ backend }) => appendFor(backend, next, atOnce, sizes.seconds));
      const visible = await compare(opened, sizes.runs, ({ backend }) =>
        appendFor(backend, next, atOnce, sizes.seconds, { untilVisible: true }),
      );
      for (const { role, title } of opened) {
        const add = (id, what, unit, hindsight) =>
          results.addMetric(
            { id: `${id}_${role}_${atOnce}`, title: `${what}, ${title}, ${kinds}`, unit },
            { hindsight },
          );
        add('append', 'appends', '1/s', rates[role]);
        const { p50Ms, p99Ms } = visible[role];
        add('visible', 'append until visible, p50', 'ms', {
          ...visible[role],
          value: p50Ms,
          p50Ms,
          p99Ms,
          runs: [p50Ms],
        });
      }
    }
  } finally {
    for (const { backend } of opened) await backend.close();
  }
}

async function appendFor({ eventStore, projections }, next, atOnce, seconds, { untilVisible = false } = {}) {
  if (untilVisible) await projections.catchUp(); // what was appended without anybody waiting for it
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const latencies = [];
  const writer = async () => {
    while (performance.now() < endsAt) {
      const { stream, events } = next();
      const beganAt = performance.now();
      const { position } = await eventStore.append(stream, 'no_stream', events);
      if (untilVisible) await projections.catchUp(position);
      latencies.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, writer));
  const elapsed = (performance.now() - startedAt) / 1000;
  return { value: latencies.length / elapsed, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

async function measureRebuilds({ program, sizes }, results, stores) {
  for (const { role, title, dataDir, environment } of stores) {
    const { events, appendSeconds } = await seedEvents({ dataDir, environment, images: sizes.rebuildImages });
    const backend = await openBackendOf({ dataDir, environment, program });
    try {
      const samples = [];
      for (let run = 0; run < sizes.runs; run += 1) {
        const startedAt = performance.now();
        await backend.projections.rebuild('image-details');
        samples.push({ value: events / ((performance.now() - startedAt) / 1000) });
      }
      const many = events.toLocaleString('en');
      const filled = summarize([{ value: events / appendSeconds }]);
      results.addMetric(
        { id: `fill_${role}`, title: `${many} events into the log, ${title}`, unit: 'events/s' },
        { hindsight: filled },
      );
      const target = REBUILD_TARGETS[role] === undefined ? undefined : atLeast(REBUILD_TARGETS[role]);
      const metric = { id: `rebuild_${role}`, title: `rebuild of ${many} events, ${title}`, unit: 'events/s', target };
      results.addMetric(metric, { hindsight: summarize(samples) });
    } finally {
      await backend.close();
    }
  }
}
