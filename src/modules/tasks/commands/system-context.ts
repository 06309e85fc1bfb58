import type { CommandContext } from '../../../events/handle-command.js';

/** The issuer of commands that no client asked for: `system/worker` and the like. */
export const systemContext = (role: string): CommandContext => ({
  actor: { userId: `system/${role}`, projectId: null, roles: [] },
  requestId: null,
});
