import { loadConfigFor } from '../../src/cli/global-options.js';
import type { ProgramActions } from '../../src/cli/commands.js';
import type { RoleOptions } from '../../src/cli/global-options.js';
import { runProgram } from '../../src/cli/run-program.js';
import type { LoadedConfig } from '../../src/config/load-config.js';

/** What a process would begin with. */
type StartedRole = LoadedConfig & Readonly<{ role: string }>;

/** Parses a command line that starts a role, and reads the configuration that it leads to. */
export async function startedRole(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedRole> {
  const started: { role: string; options: RoleOptions }[] = [];
  const note = (role: string, options: RoleOptions): Promise<number> => {
    started.push({ role, options });
    return Promise.resolve(0);
  };
  const roles: Partial<ProgramActions> = { startRole: note, startScrubber: (options) => note('scrubber', options) };
  const exitCode = await runProgram(args, roles as ProgramActions);
  const [first] = started;
  if (exitCode !== 0 || first === undefined) throw new Error(`"${args.join(' ')}" starts no role`);
  return { role: first.role, ...loadConfigFor(first.options, environment, first.role) };
}
