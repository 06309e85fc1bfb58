// job-queue-load.mjs bare|FOLDER URL JOBS: puts jobs that do nothing through a queue, added and done in this process, and
// prints how many a second. FOLDER is where the compiled job queue of the program is; bare is BullMQ alone.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const ADDED_AT_A_TIME = 16;
const DONE_AT_A_TIME = 10;
const PRIORITY = 10;

const [kind, url, count] = process.argv.slice(2);
const jobs = Number(count);

/** Adds a job, and calls `onDone` for each that is done. */
const open = kind === 'bare' ? openBullMq : openJobQueue;

function openBullMq(onDone) {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('bare', { connection });
  const worker = new Worker('bare', async () => undefined, { connection, concurrency: DONE_AT_A_TIME });
  worker.on('completed', onDone);
  return {
    add: (id) => queue.add('job', {}, { jobId: id, priority: PRIORITY, removeOnComplete: true, removeOnFail: true }),
    close: async () => {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
}

async function openJobQueue(onDone) {
  const load = (file) => import(pathToFileURL(join(kind, file)).href);
  const { BullMqJobQueue } = await load('bullmq.job-queue.js');
  const { RedisOutages } = await load('redis-outages.js');
  const { connectRedis } = await load('connect-redis.js');
  const { TASK_QUEUE } = await load('job-form.js');
  const fail = (error) => Promise.reject(error);
  const outages = new RedisOutages({ away: fail, back: () => undefined });
  const connection = connectRedis(url, outages);
  const queue = new BullMqJobQueue(new Queue(TASK_QUEUE, { connection }), connection, outages);
  const noOp = () => Promise.resolve(onDone());
  await queue.process(noOp, DONE_AT_A_TIME, (_job, error) => fail(error));
  return {
    add: (taskId) => queue.enqueue([{ taskId, priority: PRIORITY }]),
    close: () => queue.close(AbortSignal.abort()),
  };
}

const { promise: allDone, resolve: finish } = Promise.withResolvers();
let done = 0;
const queue = await open(() => {
  done += 1;
  if (done === jobs) finish();
});
const start = performance.now();
let left = jobs;
const addJobs = async () => {
  while (left-- > 0) await queue.add(randomUUID());
};
await Promise.all(Array.from({ length: ADDED_AT_A_TIME }, addJobs));
await allDone;
process.stdout.write(String((jobs * 1000) / (performance.now() - start)));
await queue.close();
