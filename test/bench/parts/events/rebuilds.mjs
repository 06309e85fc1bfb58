import { summarize } from '../../measuring/compare.mjs';
import { atLeast } from '../../measuring/targets.mjs';
import { seedEvents } from '../../seed/seed-events.mjs';
import { openBackendOf } from '../../service/built-program.mjs';

/** Events per second that a rebuild of the images' read model has to make. */
const TARGETS = { sqlite: 20_000, postgresql: 5000 };

/** How fast a log is filled, and how fast read models are made of it; of a log that is kept. */
export async function measureRebuilds(bench, results, stores) {
  for (const store of stores) if (store.openEventStore === undefined) await measure(bench, results, store);
}

async function measure({ program, sizes }, results, { role, title, dataDir, environment }) {
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
    const target = TARGETS[role] === undefined ? undefined : atLeast(TARGETS[role]);
    const metric = { id: `rebuild_${role}`, title: `rebuild of ${many} events, ${title}`, unit: 'events/s', target };
    results.addMetric(metric, { hindsight: summarize(samples) });
  } finally {
    await backend.close();
  }
}
