import type { WorkerLog } from '../workers/worker-log.js';
import type { Metrics } from './metrics.js';

/** Counts what keeps consumers of events from going on, by the name of the error; what it says is for the log. */
export const countingFailures = (
  log: WorkerLog,
  { consumerFailures }: Pick<Metrics, 'consumerFailures'>,
): WorkerLog => ({
  ...log,
  failed: (consumer, event, error) => {
    consumerFailures.inc({ consumer, error: nameOf(error) });
    log.failed(consumer, event, error);
  },
  interrupted: (consumer, error) => {
    consumerFailures.inc({ consumer, error: nameOf(error) });
    log.interrupted(consumer, error);
  },
});

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
