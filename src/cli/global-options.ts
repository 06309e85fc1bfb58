import type { AppConfig } from '../config/app-config.js';
import type { ConfigSources, LoadedConfig } from '../config/load-config.js';
import { loadConfig } from '../config/load-config.js';

/** Options that every role and command takes, before or after its name. */
export type GlobalOptions = Readonly<{
  configFile?: readonly string[];
  configDir?: readonly string[];
  dataDir?: string;
  bindHost?: string;
  bindPort?: string;
}>;

/** Options that some roles take beside them. */
export type RoleOptions = GlobalOptions & Readonly<{ daemon?: boolean }>;

/** @throws ConfigError */
export function loadConfigFor(options: RoleOptions, environment: ConfigSources['environment']): LoadedConfig {
  return loadConfig({
    files: options.configFile ?? [],
    directories: options.configDir ?? [],
    environment,
    commandLine: options,
  });
}

/** For commands that print results: warnings go to standard error, out of their way. @throws ConfigError */
export function configForCommand(options: GlobalOptions): AppConfig {
  const { config, warnings } = loadConfigFor(options, process.env);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  return config;
}
