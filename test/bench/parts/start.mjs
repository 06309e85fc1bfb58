import { setTimeout as delay } from 'node:timers/promises';
import { summarize } from '../measuring/compare.mjs';
import { pssMibOf } from '../measuring/process-tree.mjs';
import { below } from '../measuring/targets.mjs';
import { seed } from '../service/seed.mjs';

const REST_MS = 5_000;

/** A stop and a start on data that is there already; then how much memory it takes at rest. */
export async function measureStart({ hindsight, services, sizes }, results) {
  await seed(hindsight, sizes.images);
  const starts = [];
  for (let run = 0; run < sizes.runs; run += 1) {
    await hindsight.stop();
    starts.push({ value: (await hindsight.start()) / 1000 });
  }
  const title = `second start to first answer, ${sizes.images.toLocaleString('en')} images`;
  results.addMetric({ id: 'start', title, unit: 's', target: below(3) }, { hindsight: summarize(starts) });
  await delay(REST_MS);
  const idle = services.map((service) => [service.role, summarize([{ value: pssMibOf(service.pids()) }])]);
  results.addMetric({ id: 'pss_idle', title: 'PSS at rest', unit: 'MiB' }, Object.fromEntries(idle));
}
