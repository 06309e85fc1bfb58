import { summarize } from '../measuring/compare.mjs';
import { importIntoImages } from '../measuring/imports.mjs';
import { peakMemoryWhile } from '../measuring/peak-memory.mjs';
import { below } from '../measuring/targets.mjs';
import { Deployment } from '../service/deployment.mjs';
import { WebSource } from '../source/web-source.mjs';

/** More would mean that memory grows with the image. */
const MOST_GROWTH = 1.2;

/** The same number of bytes through a new worker twice: as several images one after another, and as a single one. */
export async function measureWorkerMemory(bench, results) {
  const { partMib, hugeMib } = bench.sizes;
  const source = await WebSource.start(bench.children);
  try {
    const count = Math.ceil(hugeMib / partMib);
    const several = await peakOfWorker(bench, source.file(partMib), count);
    const single = await peakOfWorker(bench, source.file(hugeMib), 1);
    const add = (id, title, unit, value, target) =>
      results.addMetric({ id, title, unit, target }, { hindsight: summarize([{ value }]) });
    add('pss_worker_small', `peak PSS of a worker, import ${count} x ${partMib} MiB`, 'MiB', several);
    add('pss_worker_huge', `peak PSS of a worker, import 1 x ${hugeMib} MiB`, 'MiB', single);
    add('pss_worker_growth', 'growth by the size of an image', 'x', single / several, below(MOST_GROWTH));
  } finally {
    await source.stop();
  }
}

async function peakOfWorker(bench, file, count) {
  const deployment = await Deployment.start(bench, { workers: 1, tasksEach: 1 });
  try {
    const imageIds = await deployment.api.createImages(count);
    await bench.settle();
    return await peakMemoryWhile(deployment.workerPids(), () => importIntoImages(deployment.api, file, imageIds));
  } finally {
    await deployment.remove();
  }
}
