import { rmSync } from 'node:fs';
import { compare, summarize } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { below } from '../measuring/targets.mjs';
import { groupOf, PROJECTS } from '../seed/seeded-images.mjs';
import { seededProjectToken } from '../service/seed.mjs';
import { startSeeded } from '../service/seeded-service.mjs';

/** A page may cost so many times what it costs among few images. */
const MOST_GROWTH = 1.5;

const LISTS = [
  { id: 'member', who: `member of one of ${PROJECTS} projects`, query: '' },
  { id: 'admin', who: 'administrator', query: '', asAdmin: true },
  { id: 'property', who: 'member, by property', query: `&group=${groupOf(7)}` },
  { id: 'tag', who: 'member, by tag', query: '&tag=t3' },
  { id: 'sorted', who: 'member, sorted by size', query: '&sort=size:asc' },
];

/** The same page among few images and among very many, asked for over one connection: nothing waits but for the service. */
export async function measureScale(bench, results) {
  const few = await seededService(bench, 'few', bench.sizes.fewImages);
  const many = await seededService(bench, 'many', bench.sizes.manyImages, results);
  try {
    for (const list of LISTS) await measureGrowth(bench, results, list, { few, many });
  } finally {
    for (const service of [few, many]) {
      await service.stop();
      rmSync(service.folder, { recursive: true, force: true });
    }
  }
}

async function seededService(bench, role, images, results) {
  console.error(`  ${images.toLocaleString('en')} images by their events ...`);
  const { service, seeding } = await startSeeded(bench, { role, images });
  if (results !== undefined) {
    const { events, appendSeconds, projectSeconds } = seeding;
    const add = (id, title, seconds) =>
      results.addMetric({ id, title, unit: 'events/s' }, { hindsight: summarize([{ value: events / seconds }]) });
    add('seed_append', `${events.toLocaleString('en')} events into the log`, appendSeconds);
    add('seed_project', `${events.toLocaleString('en')} events into read models`, projectSeconds);
  }
  return Object.assign(service, { images });
}

async function measureGrowth({ sizes }, results, { id, who, query, asAdmin = false }, { few, many }) {
  const path = `/v2/images?limit=25${query}`;
  const found = await compare([few, many], sizes.runs, async (service) => {
    const token = asAdmin ? service.adminToken : seededProjectToken(service, 7);
    const { p99Ms, p50Ms } = await putLoadOn(service, { path, token }, { connections: 1, seconds: sizes.seconds });
    return { value: p99Ms, p50Ms, p99Ms };
  });
  const title = `list 25 of ${many.images.toLocaleString('en')}, ${who}`;
  results.addMetric({ id: `scale_${id}`, title: `p99, ${title}`, unit: 'ms' }, { hindsight: found.many });
  const growth = found.many.value / found.few.value;
  results.addMetric(
    {
      id: `scale_${id}_growth`,
      title: `p99 beside ${few.images.toLocaleString('en')}, ${who}`,
      unit: 'x',
      target: below(MOST_GROWTH),
    },
    { hindsight: summarize([{ value: growth }]) },
  );
}
