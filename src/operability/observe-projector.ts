import type { Logger } from 'pino';
import type { ProjectorObserver } from '../workers/projector/projector-observer.js';
import type { Metrics } from './metrics.js';

/** Counts what a projector does, and logs what keeps it from going on. */
export const observeProjector = (metrics: Metrics, logger: Logger): ProjectorObserver => ({
  atWork: (isAtWork) => metrics.projectorAtWork.set(isAtWork ? 1 : 0),
  followed: () => metrics.projectorEvents.inc(),
  stopped: (error) => {
    metrics.projectorStopped.reset();
    metrics.projectorStopped.set({ error: error instanceof Error ? error.name : 'unknown' }, 1);
    logger.error({ err: error }, 'projector stopped');
  },
  resumed: () => {
    metrics.projectorStopped.reset();
    logger.info('projector goes on');
  },
});
