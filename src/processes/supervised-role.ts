import { EXIT } from '../cli/run-program.js';
import { RunningRole } from '../roles/running-role.js';
import { stopSignal } from '../roles/stop-signal.js';
import type { Order, Report } from './process-messages.js';
import type { Assignment, ProcessPlace } from './process-place.js';

/**
 * One process of several: does what it was assigned until its supervisor, or a signal, tells it to stop, or the supervisor
 * is gone. Only the supervisor tells it to read the configuration again.
 * @returns the exit code
 */
export async function runSupervised({ number, role, options, place }: Assignment): Promise<number> {
  if (!process.connected) return EXIT.failure; // the supervisor ended before anybody could be told of it
  process.title = `hindsight ${place.configRole} ${number}`;
  process.on('SIGHUP', () => undefined);
  const starting = RunningRole.start(role, options, place);
  const stopOrder = takeOrders(starting, place);
  try {
    const running = await starting;
    report({ kind: 'ready' });
    await Promise.race([stopOrder, stopSignal()]);
    process.once('disconnect', () => process.exit(EXIT.failure)); // the supervisor was told to stop a second time
    await running.stop();
    return EXIT.ok;
  } finally {
    process.channel?.unref();
  }
}

/** Resolves when there is nothing more to be done. */
function takeOrders(starting: Promise<RunningRole>, place: ProcessPlace): Promise<void> {
  const question = new MetricsQuestion();
  // Whoever fails to start has no use for orders, and ends.
  void starting.then(({ metrics }) => metrics.exposeInstead(() => question.ask())).catch(() => undefined);
  return new Promise((resolve) => {
    process.once('disconnect', () => {
      question.answer(null);
      resolve();
    });
    process.on('message', (order: Order) => {
      if (order.kind === 'stop') resolve();
      else if (order.kind === 'metrics') question.answer(order.text);
      else void starting.then((running) => obey(order, running, place)).catch(() => undefined);
    });
  });
}

async function obey(
  order: Extract<Order, { kind: 'reload' | 'measure' }>,
  running: RunningRole,
  place: ProcessPlace,
): Promise<void> {
  if (order.kind === 'measure') {
    report({ kind: 'measured', metrics: await running.metrics.snapshot().catch(() => null) });
  } else {
    running.moveTo({ ...place, port: order.port, speaks: order.speaks });
    report({ kind: 'reloaded', inUse: await running.reload() });
  }
}

/** Asks the supervisor for the metrics of all processes. */
class MetricsQuestion {
  private asked: PromiseWithResolvers<string | null> | null = null;

  /** Null: there is no answer. */
  ask(): Promise<string | null> {
    if (!process.connected) return Promise.resolve(null);
    if (this.asked === null) {
      this.asked = Promise.withResolvers();
      report({ kind: 'metrics_wanted' });
    }
    return this.asked.promise;
  }

  answer(text: string | null): void {
    this.asked?.resolve(text);
    this.asked = null;
  }
}

/** A supervisor that is gone is noticed elsewhere. */
const report = (what: Report): void => void process.send?.(what, undefined, undefined, () => undefined);
