import type { Logger } from 'pino';
import type { JsonObject } from '../kernel/json.js';
import type { CacheKeeperLog } from './cache/cache-keeper-log.js';
import type { ConsumerLog } from './consumers/consumer.js';
import type { JobQueueLog } from './queue/job-queue-log.js';
import type { NotaryLog } from './notary/notary-log.js';
import type { WorkerLog } from './worker-log.js';

/** Writes what workers report to the service's log. Sweeps that found nothing to do are not worth a line. */
export const loggingWorkers = (logger: Logger): WorkerLog => ({
  failed: (reaction, event, error) =>
    logger.warn({ err: error, reaction, stream: event.stream, position: String(event.position) }, 'reaction failed'),
  interrupted: (reaction, error) => logger.error({ err: error, reaction }, 'reactor interrupted'),
  taskFailed: (taskId, error) => logger.warn({ err: error, task: taskId }, 'task failed'),
  leftBehind: (taskId, store, error) => logger.warn({ err: error, task: taskId, store }, 'store not cleared'),
  keyNotDeleted: (image, error) => logger.warn({ err: error, image }, 'encryption key not deleted'),
  swept: ({ failures, ...done }) => {
    if (Object.values(done).some((count) => count > 0)) logger.info(done, 'housekeeping');
    for (const err of failures) logger.warn({ err }, 'housekeeping failed');
  },
});

/** Writes what the queue of jobs reports to the service's log. */
export const loggingJobs = (logger: Logger): JobQueueLog => ({
  failed: ({ taskId }, error) => logger.warn({ err: error, task: taskId }, 'job failed, is tried again'),
  away: (error) => logger.error({ err: error }, 'job queue away'),
  back: () => logger.info('job queue back'),
});

/** Writes what consumers of events report to the service's log. */
export const loggingConsumers = (logger: Logger): ConsumerLog => ({
  gaveUp: (consumer, { envelope }, attempts, err) =>
    logger.warn({ err, consumer, attempts, event: envelope.id, type: envelope.type }, 'event not delivered'),
  stopped: (consumer, err) => logger.error({ err, consumer }, 'consumer of events stopped'),
  interrupted: (consumer, err) => logger.error({ err, consumer }, 'consumer of events interrupted'),
  away: (consumer, err) => logger.error({ err, consumer }, 'receiver of events away'),
  back: (consumer) => logger.info({ consumer }, 'receiver of events back'),
});

/** Writes notifications themselves to the service's log. */
export const loggingNotifications =
  (logger: Logger) =>
  (notification: JsonObject, priority: 'INFO' | 'ERROR'): void =>
    logger[priority === 'INFO' ? 'info' : 'error']({ notification }, 'notification');

/** Writes what the notary reports to the service's log. */
export const loggingNotary = (logger: Logger): NotaryLog => ({
  signed: ({ position, eventCount, keyId }) => logger.debug({ position, events: eventCount, key: keyId }, 'log signed'),
  notFiled: (err) => logger.error({ err }, 'checkpoints of the log not added to their file'),
});

/** Writes what the keeper of the image cache reports to the service's log. */
export const loggingCacheKeeper = (logger: Logger): CacheKeeperLog => ({
  notPrefetched: (imageId, reason) => logger.warn({ image_id: imageId, reason }, 'queued image not cached'),
  prefetchFailed: (imageId, err) => logger.warn({ err, image_id: imageId }, 'queued image not cached, is tried again'),
  swept: (done) => logger.info(done, 'image cache swept'),
  failed: (err) => logger.warn({ err }, 'image cache not swept'),
});
