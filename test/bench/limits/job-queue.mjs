import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtime } from '../../../scripts/runtime.mjs';
import { runProcess } from '../measuring/run-process.mjs';
import { programOf } from '../service/program-process.mjs';

const LOAD = fileURLToPath(new URL('job-queue-load.mjs', import.meta.url));

/** Jobs that do nothing per second, through BullMQ as it is. */
export const bareBullMqRate = (redis, jobs) => rateOf('bare', redis, jobs);

/** The same through the job queue of the program, without tasks and events. */
export const jobQueueRate = (redis, jobs, program) =>
  rateOf(join(dirname(programOf(program)), 'workers', 'queue', 'bullmq'), redis, jobs);

async function rateOf(queue, redis, jobs) {
  const { stdout } = await runProcess(runtime(), [LOAD, queue, redis.url, String(jobs)]);
  return Number(stdout);
}
