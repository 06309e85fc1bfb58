import { describeWithBackend } from '../../support/backends.js';
import { RedisServer, startRedis } from '../../support/redis.js';
import { isInstalled } from '../../support/run-command.js';
import { openJobQueue } from './bullmq.harness.js';
import { jobQueueContract } from './job-queue.contract.js';

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let server: RedisServer;
  let runs = 0;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  jobQueueContract('BullMQ', () => {
    const prefix = `run-${++runs}`;
    return Promise.resolve({
      shared: true,
      connect: () => openJobQueue(server.url, prefix),
      tearDown: () => Promise.resolve(),
    });
  });
});
