import { examineConfig } from '../config/load-config.js';
import type { ExaminedConfig } from '../config/load-config.js';
import { ConfigError } from '../config/config-error.js';
import { printConfig, printConfigCheck } from './config.js';
import { checkConfiguredFiles } from './configured-files.js';
import { configSourcesFor } from './global-options.js';
import type { GlobalOptions } from './global-options.js';
import { endWhenNobodyReads, printToStandardOutput as print } from './print.js';
import type { ProgramActions, Role } from './commands.js';
import { EXIT } from './run-program.js';

/** The commands that look at the configuration. They open and make nothing. */
export const configCommands: Pick<ProgramActions, 'showConfig' | 'checkConfig'> = {
  showConfig: ({ role, set = false, json = false, ...options }) => {
    endWhenNobodyReads();
    const examined = examine(options, role);
    if (examined.problems.length > 0) throw new ConfigError(examined.problems);
    printConfig(examined, { set, json }, print);
    return Promise.resolve(EXIT.ok);
  },

  checkConfig: async ({ role, json = false, ...options }) => {
    endWhenNobodyReads();
    const examined = examine(options, role);
    const { warnings, problems } = await checkConfiguredFiles(examined.config);
    const checked = { ...examined, warnings: [...examined.warnings, ...warnings] };
    return printConfigCheck(checked, problems, json, print) === 0 ? EXIT.ok : EXIT.failure;
  },
};

/** As a process of the role would read it. */
const examine = (options: GlobalOptions, role: Role): ExaminedConfig =>
  examineConfig(configSourcesFor(options, process.env, role));
