import { summarize } from '../measuring/compare.mjs';
import { importIntoImages } from '../measuring/imports.mjs';
import { atLeast } from '../measuring/targets.mjs';
import { Deployment } from '../service/deployment.mjs';
import { WebSource } from '../source/web-source.mjs';

const [FEWEST, ...MORE] = [1, 2, 4];
const MOST = MORE.at(-1);
const LINEAR = 0.9;

/** Workers that do one task at a time: first at a source that makes them wait, then at one that gives what is taken. */
export async function measureImports(bench, results) {
  const source = await WebSource.start(bench.children);
  try {
    const { partMib, sourceSeconds } = bench.sizes;
    const slow = { id: 'import_slow', at: ' at a slow source', file: source.file(partMib, sourceSeconds) };
    await measureWorkers(bench, results, { ...slow, target: (workers) => atLeast(LINEAR * workers) });
    const fast = { id: 'import', at: '', file: source.file(partMib) };
    await measureWorkers(bench, results, { ...fast, peers: await measurePeer(bench, fast.file) });
  } finally {
    await source.stop();
  }
}

async function measureWorkers(bench, results, { id, at, file, target, peers }) {
  const { imports, partMib } = bench.sizes;
  const add = (workers, found) => {
    const title = `import ${imports} x ${partMib} MiB${at}, ${workers} worker${workers === 1 ? '' : 's'}`;
    results.addMetric({ id: `${id}_${workers}`, title, unit: 's' }, { ...found, ...peers?.get(workers) });
  };
  const alone = await importWith(bench, FEWEST, file);
  add(FEWEST, alone);
  for (const workers of MORE) {
    const found = await importWith(bench, workers, file);
    add(workers, found);
    const speedUp = { hindsight: summarize([{ value: alone.hindsight.value / found.hindsight.value }]) };
    const title = `speed-up by ${workers} workers${at}`;
    results.addMetric({ id: `${id}_speed_up_${workers}`, title, unit: 'x', target: target?.(workers) }, speedUp);
  }
}

/** On a deployment of its own, so that no round pays for what another one leaves to be scrubbed. */
async function importWith(bench, workers, file) {
  const deployment = await Deployment.start(bench, { workers, tasksEach: 1 });
  try {
    const imageIds = await deployment.api.createImages(bench.sizes.imports);
    await bench.settle();
    return { hindsight: summarize([await importIntoImages(deployment.api, file, imageIds)]) };
  } finally {
    await deployment.remove();
  }
}

/** The peer has no workers: one by one stands beside one worker, all at once beside the most. */
async function measurePeer(bench, file) {
  if (bench.peer === null) return new Map();
  try {
    const oneByOne = await importAtPeer(bench, file, { oneByOne: true });
    const allAtOnce = await importAtPeer(bench, file, { oneByOne: false });
    return new Map([
      [FEWEST, oneByOne],
      [MOST, allAtOnce],
    ]);
  } catch (error) {
    // Whether it may fetch from this machine and this port is for its operator to say.
    console.error(`  ! imports at the peer are not measured: ${error.message}`);
    return new Map();
  }
}

async function importAtPeer({ peer, sizes, settle }, file, order) {
  const imageIds = await peer.createImages(sizes.imports);
  try {
    await settle();
    return { peer: summarize([await importIntoImages(peer, file, imageIds, order)]) };
  } finally {
    await peer.deleteImages(imageIds);
  }
}
