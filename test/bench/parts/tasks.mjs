import { join } from 'node:path';
import { compare } from '../measuring/compare.mjs';
import { putTasksThrough } from '../measuring/task-rate.mjs';
import { bareBullMqRate, jobQueueRate } from '../limits/job-queue.mjs';
import { Deployment } from '../service/deployment.mjs';
import { Hindsight } from '../service/hindsight.mjs';
import { RedisServer } from '../service/redis-server.mjs';

/** Jobs are cheap: too few of them would measure how a process warms up. */
const JOBS_PER_TASK = 5;

/** What a task costs that does nothing: the queue alone, and with all that is recorded about it. */
export async function measureTasks(bench, results) {
  await measureQueue(bench, results);
  await measureNoOpTasks(bench, results);
}

async function measureQueue({ children, program, sizes }, results) {
  const redis = await RedisServer.start(children);
  const jobs = sizes.tasks * JOBS_PER_TASK;
  try {
    const ways = [
      { role: 'bare', rate: () => bareBullMqRate(redis, jobs) },
      { role: 'hindsight', rate: () => jobQueueRate(redis, jobs, program) },
    ];
    const { bare, hindsight } = await compare(ways, sizes.runs, async ({ rate }) => ({ value: await rate() }));
    results.addLimit({ id: 'bullmq', title: 'no-op jobs through BullMQ alone', unit: '1/s', value: bare.value });
    const title = 'no-op jobs through the job queue on Redis';
    results.addMetric({ id: 'queue_jobs', title, unit: '1/s', limits: ['bullmq'] }, { hindsight });
  } finally {
    await redis.stop();
  }
}

async function measureNoOpTasks(bench, results) {
  const { children, program, folder, sizes, connections } = bench;
  const embedded = await Hindsight.create({ children, program, folder: join(folder, 'embedded') });
  const deployment = await Deployment.start(bench, { workers: 1 });
  try {
    await embedded.start();
    const ways = [
      { role: 'embedded', service: embedded },
      { role: 'shared', service: deployment.api },
    ];
    const found = await compare(ways, sizes.runs, ({ service }) =>
      putTasksThrough(service, { tasks: sizes.tasks, connections }),
    );
    const add = (id, where, hindsight, limits) =>
      results.addMetric({ id, title: `no-op tasks, ${where}`, unit: 'tasks/s', limits }, { hindsight });
    add('tasks_embedded', 'one process', found.embedded);
    add('tasks_redis', 'API and 1 worker on Redis', found.shared, ['bullmq']);
  } finally {
    await Promise.all([embedded.stop(), deployment.remove()]);
  }
}
