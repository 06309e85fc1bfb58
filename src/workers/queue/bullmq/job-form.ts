import type { BulkJobOptions, Job as BullJob } from 'bullmq';
import type { Job } from '../job-queue.js';

/** Name of the queue in Redis. */
export const TASK_QUEUE = 'tasks';

const ID_PREFIX = 'task-';

/** How a job stands in Redis. Its id is all it says: the same task has the same job, and Redis learns nothing else. */
export const bullJobOf = ({ taskId, priority }: Job): { name: string; data: object; opts: BulkJobOptions } => ({
  name: 'task',
  data: {},
  opts: {
    jobId: `${ID_PREFIX}${taskId}`,
    priority,
    attempts: Number.MAX_SAFE_INTEGER,
    backoff: { type: 'custom' },
    stackTraceLimit: 0,
    removeOnComplete: true,
    removeOnFail: true,
  },
});

export const taskIdOf = ({ id = '' }: BullJob): string => id.slice(ID_PREFIX.length);
