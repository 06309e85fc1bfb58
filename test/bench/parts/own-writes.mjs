import { join } from 'node:path';
import { compare } from '../measuring/compare.mjs';
import { quantile } from '../measuring/quantile.mjs';
import { below } from '../measuring/targets.mjs';
import { openDatabases } from '../service/databases.mjs';
import { ProcessPair } from '../service/process-pair.mjs';

const IMAGE = { disk_format: 'raw', container_format: 'bare', group: 'bench' };
const LOADS = [
  { atOnce: 1, kinds: 'one after the other' },
  { atOnce: 16, kinds: '16 at once' },
];
/** A write that the other process does not show within this time counts as lost. */
const PATIENCE_MS = 10_000;
/** Share of reads, in percent, that may come too early to show what was written. */
const EARLY_PERCENT = 0.01;

/** What one API process has answered is read at once through another: how long that takes, and whether it has to wait. */
export async function measureOwnWrites(bench, results) {
  const databases = await openDatabases(bench);
  const pairs = [];
  try {
    for (const database of databases) {
      const folder = join(bench.folder, 'own-writes', database.role);
      pairs.push(Object.assign(await ProcessPair.start(bench, { folder, ...database }), database));
    }
    for (const load of LOADS) await measure(bench, results, pairs, load);
  } finally {
    for (const pair of pairs) await pair.close();
    for (const database of databases) await database.stop();
  }
}

async function measure({ sizes }, results, pairs, { atOnce, kinds }) {
  const found = await compare(pairs, sizes.runs, (pair) => writeAndRead(pair, atOnce, sizes.seconds));
  for (const { role, title } of pairs) {
    const { writeP50Ms, writeP99Ms, settledP50Ms, earlyPercent, ...read } = found[role];
    const add = (id, what, unit, hindsight, target) => {
      const metric = { id: `own_writes_${id}_${role}_${atOnce}`, title: `${what}, ${title}, ${kinds}`, unit, target };
      results.addMetric(metric, { hindsight });
    };
    const alone = (value) => ({ value, runs: [value] });
    add('write', 'create through one API process, p50', 'ms', {
      ...alone(writeP50Ms),
      p50Ms: writeP50Ms,
      p99Ms: writeP99Ms,
    });
    add('read', 'show of it at once through another, p50', 'ms', read);
    add('beside', 'that beside a show of what was there before', 'x', alone(read.p50Ms / settledP50Ms));
    add('early', 'shows that came too early', '%', alone(earlyPercent), below(EARLY_PERCENT));
  }
}

/** Creates images through one process and shows them through the other, and the other way round in turn. */
async function writeAndRead({ services }, atOnce, seconds) {
  const endsAt = performance.now() + seconds * 1000;
  const [writes, reads, settled] = [[], [], []];
  let early = 0;
  const client = async (number) => {
    for (let round = number; performance.now() < endsAt; round += 1) {
      const [writer, reader] = round % 2 === 0 ? services : services.toReversed();
      const name = `own-writes-${number}-${round}`;
      const id = await timed(writes, () => writer.createImage({ ...IMAGE, name }));
      const isThere = () => shows(reader, id, name);
      if (!(await timed(reads, isThere))) {
        early += 1;
        reads.push(reads.pop() + (await timeUntil(isThere)));
      }
      await timed(settled, isThere);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, number) => client(number)));
  return {
    value: quantile(reads, 0.5),
    p50Ms: quantile(reads, 0.5),
    p99Ms: quantile(reads, 0.99),
    writeP50Ms: quantile(writes, 0.5),
    writeP99Ms: quantile(writes, 0.99),
    settledP50Ms: quantile(settled, 0.5),
    earlyPercent: (early / reads.length) * 100,
  };
}

async function shows(service, id, name) {
  const { status, text } = await service.send('GET', `/v2/images/${id}`);
  if (status === 404) return false;
  if (status !== 200 || JSON.parse(text).name !== name) throw new Error(`image ${id}: ${status} ${text.slice(0, 200)}`);
  return true;
}

async function timed(latencies, act) {
  const beganAt = performance.now();
  const result = await act();
  latencies.push(performance.now() - beganAt);
  return result;
}

async function timeUntil(isThere) {
  const beganAt = performance.now();
  while (!(await isThere())) {
    if (performance.now() - beganAt > PATIENCE_MS)
      throw new Error('what one process has answered, another never shows');
  }
  return performance.now() - beganAt;
}
