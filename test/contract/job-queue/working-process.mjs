// A process of its own that takes jobs and does them until it is told to stop: node working-process.mjs <redis-url> <prefix>
import { once } from 'node:events';
import { registerHooks } from 'node:module';
import { Queue } from 'bullmq';

// The sources name their imports as they are called after compilation.
registerHooks({
  resolve: (specifier, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\..*)\.js$/, '$1.ts') : specifier, context),
});
const folder = '../../../src/workers/queue/bullmq';
const { BullMqJobQueue } = await import(`${folder}/bullmq.job-queue.ts`);
const { connectRedis } = await import(`${folder}/connect-redis.ts`);
const { TASK_QUEUE } = await import(`${folder}/job-form.ts`);
const { RedisOutages } = await import(`${folder}/redis-outages.ts`);

const [url, prefix] = process.argv.slice(2);
const outages = new RedisOutages({ away: () => undefined, back: () => undefined });
const redis = connectRedis(url, outages);
const queue = new BullMqJobQueue(new Queue(TASK_QUEUE, { connection: redis, prefix }), redis, outages);
await queue.process(
  async ({ taskId }, signal) => {
    console.log(taskId);
    await once(signal, 'abort');
    throw signal.reason;
  },
  10,
  console.error,
);
process.once('SIGTERM', () => queue.close(AbortSignal.abort()));
