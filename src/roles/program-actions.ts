import { auditCommands } from '../cli/audit-commands.js';
import { backendCommands } from '../cli/backend-commands.js';
import { configCommands } from '../cli/config-commands.js';
import { policyCommands } from '../cli/policy-commands.js';
import type { ProgramActions } from '../cli/commands.js';
import { startRole } from './start-role.js';

/** What each command of the program does. */
export const programActions: ProgramActions = {
  startRole,
  startScrubber: async (options) => (await import('./scrubber-role.js')).startScrubber(options),
  ...backendCommands,
  ...auditCommands,
  ...configCommands,
  ...policyCommands,
};
