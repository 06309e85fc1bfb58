import type { Logger } from 'pino';
import { EXIT } from '../cli/run-program.js';
import { stopSignal } from './stop-signal.js';

/** What runs until it is told to stop. */
type Running = Readonly<{ logger: Logger; reload(): Promise<unknown>; stop(): Promise<void> }>;

/**
 * Runs something until the process is told to stop. SIGHUP makes it read its configuration again.
 * @returns the exit code: 0 after a clean stop
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<number> {
  // Before it has started the signal is remembered: it must not end the process.
  const early: NodeJS.Signals[] = [];
  let reload = (signal: NodeJS.Signals): void => void early.push(signal);
  process.on('SIGHUP', (signal) => reload(signal));
  const running = await start();
  reload = () => void running.reload();
  early.forEach(reload);
  const signal = await stopSignal();
  running.logger.info({ signal }, 'stopping');
  await running.stop();
  return EXIT.ok;
}
