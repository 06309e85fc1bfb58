import { compare } from '../../measuring/compare.mjs';
import { cpuSecondsOf } from '../../measuring/process-tree.mjs';
import { quantile } from '../../measuring/quantile.mjs';
import { openNewImages } from '../../seed/new-images.mjs';
import { openBackendOf } from '../../service/built-program.mjs';
import { LOADS, repeatFor } from './at-once.mjs';
import { bareClientLimit } from './bare-client.mjs';

/** A process that is busy for a larger share of the time than this is what the figure is about. */
const BUSY = 0.9;

/** Appends until they are durable, and until read models show them. */
export async function measureAppends({ program, sizes }, results, stores) {
  const opened = [];
  const nextImage = await openNewImages();
  try {
    for (const store of stores) opened.push({ ...store, backend: await openBackendOf({ ...store, program }) });
    for (const load of LOADS) {
      const measure = (untilVisible) =>
        compare(opened, sizes.runs, (store) => appendFor(store, nextImage, load, sizes.seconds, untilVisible));
      const [appended, visible] = [await measure(false), await measure(true)];
      for (const store of opened) addMetrics(results, store, load, appended[store.role], visible[store.role]);
    }
  } finally {
    for (const { backend } of opened) await backend.close();
  }
}

function addMetrics(results, { role, title, esdb }, { atOnce, kinds }, appended, visible) {
  const add = (id, what, unit, hindsight, limits) => {
    const metric = { id: `${id}_${role}_${atOnce}`, title: `${what}, ${title}, ${kinds}`, unit, limits };
    results.addMetric(metric, { hindsight });
  };
  add('append', 'appends', '1/s', withNote(appended), esdb && [bareClientLimit(atOnce)]);
  const { p50Ms, p99Ms } = visible;
  add('visible', 'append until visible, p50', 'ms', {
    ...withNote(visible),
    value: p50Ms,
    p50Ms,
    p99Ms,
    runs: [p50Ms],
  });
}

async function appendFor({ backend, serverPid }, nextImage, { atOnce }, seconds, untilVisible) {
  const { eventStore, projections } = backend;
  if (untilVisible) await projections.catchUp(); // what was appended without anybody waiting for it
  const cpuBefore = cpuSecondsHereAndOf(serverPid);
  const done = await repeatFor(seconds, atOnce, nextImage, async ({ stream, event }) => {
    const { position } = await eventStore.append(stream, 'no_stream', [event]);
    if (untilVisible) await projections.catchUp(position);
  });
  const [ownBusy, serverBusy] = cpuSecondsHereAndOf(serverPid).map((cpu, of) => (cpu - cpuBefore[of]) / done.seconds);
  return {
    value: done.latencies.length / done.seconds,
    p50Ms: quantile(done.latencies, 0.5),
    p99Ms: quantile(done.latencies, 0.99),
    ...(serverPid !== undefined && { ownBusy, serverBusy }),
  };
}

function cpuSecondsHereAndOf(serverPid) {
  const { user, system } = process.cpuUsage();
  return [(user + system) / 1e6, serverPid === undefined ? 0 : cpuSecondsOf([serverPid])];
}

/** Says of a server that costs nothing but processor time how far it was the limit. */
function withNote(found) {
  const { ownBusy, serverBusy } = found;
  if (serverBusy === undefined) return found;
  const percent = (share) => `${Math.round(share * 100)} %`;
  const used = `of one processor the test server used ${percent(serverBusy)}, adapter and client ${percent(ownBusy)}`;
  return { ...found, notes: [...found.notes, `${used}: ${limitOf(ownBusy, serverBusy)}`] };
}

function limitOf(ownBusy, serverBusy) {
  if (serverBusy >= BUSY) return 'the test server was the limit';
  return ownBusy >= BUSY ? 'these were the limit, not the test server' : 'neither was busy all the time';
}
