import type { Logger } from 'pino';
import type { WorkerLog } from './worker-log.js';

/** Writes what workers report to the service's log. Sweeps that found nothing to do are not worth a line. */
export const loggingWorkers = (logger: Logger): WorkerLog => ({
  failed: (reaction, event, error) =>
    logger.warn({ err: error, reaction, stream: event.stream, position: String(event.position) }, 'reaction failed'),
  interrupted: (reaction, error) => logger.error({ err: error, reaction }, 'reactor interrupted'),
  swept: ({ failedUploads, scrubbed, failures }) => {
    if (failedUploads + scrubbed > 0) logger.info({ failedUploads, scrubbed }, 'housekeeping');
    for (const err of failures) logger.warn({ err }, 'housekeeping failed');
  },
});
