import { backendCommands } from './cli/backend-commands.js';
import { configCommands } from './cli/config-commands.js';
import { policyCommands } from './cli/policy-commands.js';
import type { ProgramActions } from './cli/commands.js';
import { startScrubber } from './scrubber-role.js';
import { startRole } from './start-role.js';

/** What each command of the program does. */
export const programActions: ProgramActions = {
  startRole,
  startScrubber,
  ...backendCommands,
  ...configCommands,
  ...policyCommands,
};
