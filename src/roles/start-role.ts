import { loadConfigFor } from '../cli/global-options.js';
import type { GlobalOptions } from '../cli/global-options.js';
import type { Role } from '../cli/commands.js';
import { servesHttp } from './role-duties.js';
import { runUntilStopped } from './run-until-stopped.js';

/**
 * Runs one role until the process is told to stop, in as many processes as the configuration says.
 * @returns the exit code: 0 after a clean stop
 * @throws ConfigError, and what keeps the backend from opening
 */
export async function startRole(role: Role, options: GlobalOptions): Promise<number> {
  if (servesHttp(role)) {
    const loaded = loadConfigFor(options, process.env, role);
    if (loaded.config.api.workers > 1) {
      const { superviseRole } = await import('../processes/supervisor.js');
      return superviseRole(role, options, loaded);
    }
  }
  // Not before: a supervisor has no use for all that a role is made of.
  const { RunningRole } = await import('./running-role.js');
  return runUntilStopped(() => RunningRole.start(role, options));
}
