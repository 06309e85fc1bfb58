import { configForCommand } from './global-options.js';
import { endWhenNobodyReads, printToStandardOutput as print } from './print.js';
import { printPolicyDecision, printPolicyRules } from './policy.js';
import type { ProgramActions } from './commands.js';
import { EXIT } from './run-program.js';

/** The commands that look at the policy; they need the configuration only. */
export const policyCommands: Pick<ProgramActions, 'listPolicy' | 'checkPolicy'> = {
  listPolicy: async ({ json = false, ...options }) => {
    endWhenNobodyReads();
    await printPolicyRules(configForCommand(options).policy, json, print);
    return EXIT.ok;
  },

  checkPolicy: async (rule, { json = false, ...options }) => {
    endWhenNobodyReads();
    const { policy } = configForCommand(options);
    return (await printPolicyDecision(policy, rule, { ...options, json }, print)) ? EXIT.ok : EXIT.failure;
  },
};
