import type { NotaryLog } from '../workers/notary/notary-log.js';
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

/** Counts what keeps checkpoints from being filed, as a failure of a consumer of its own. */
export const countingUnfiled = (
  log: NotaryLog,
  { consumerFailures }: Pick<Metrics, 'consumerFailures'>,
): NotaryLog => ({
  ...log,
  notFiled: (error) => {
    consumerFailures.inc({ consumer: 'notary/checkpoint-file', error: nameOf(error) });
    log.notFiled(error);
  },
});

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
