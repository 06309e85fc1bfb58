import { InProcessJobQueue } from '../../../src/workers/queue/in-process.job-queue.js';
import { jobQueueContract } from './job-queue.contract.js';

jobQueueContract('in process', () =>
  Promise.resolve({
    shared: false,
    connect: () => Promise.resolve(new InProcessJobQueue()),
    tearDown: () => Promise.resolve(),
  }),
);
