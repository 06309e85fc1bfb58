import type { GlobalOptions, RoleOptions } from './cli/global-options.js';
import type { Role } from './cli/commands.js';
import { EXIT } from './cli/run-program.js';
import { RunningRole } from './running-role.js';
import { stopSignal } from './stop-signal.js';

/**
 * Runs one role until the process is told to stop. SIGHUP makes it read its configuration again.
 * @returns the exit code: 0 after a clean stop
 * @throws ConfigError, and what keeps the backend from opening
 */
export const startRole = (role: Role, options: GlobalOptions): Promise<number> => runUntilStopped(role, options);

export async function runUntilStopped(role: Role, options: RoleOptions): Promise<number> {
  // Before the role has started the signal is remembered: it must not end the process.
  const early: NodeJS.Signals[] = [];
  let reload = (signal: NodeJS.Signals): void => void early.push(signal);
  process.on('SIGHUP', (signal) => reload(signal));
  const running = await RunningRole.start(role, options);
  reload = () => void running.reload();
  early.forEach(reload);
  const signal = await stopSignal();
  running.logger.info({ signal }, 'stopping');
  await running.stop();
  return EXIT.ok;
}
