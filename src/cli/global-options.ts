import type { AppConfig } from '../config/app-config.js';
import type { ConfigPath, GlanceProgram } from '../config/find-config-files.js';
import { findConfigFiles, namedConfigFiles } from '../config/find-config-files.js';
import type { ConfigSources, LoadedConfig } from '../config/load-config.js';
import { loadConfig } from '../config/load-config.js';

/** Options that every role and command takes, before or after its name. */
export type GlobalOptions = Readonly<{
  /** Files and folders, in the order in which they were named. */
  configPaths?: readonly ConfigPath[];
  dataDir?: string;
  bindHost?: string;
  bindPort?: string;
}>;

/** Options that some roles take beside them. */
export type RoleOptions = GlobalOptions & Readonly<{ daemon?: boolean }>;

type Environment = ConfigSources['environment'];

/** Roles that stand in for a program of Glance, and read its files when none is named. */
const PROGRAMS: ReadonlyMap<string, GlanceProgram> = new Map([
  ['api', 'glance-api'],
  ['worker', 'glance-api'],
  ['projector', 'glance-api'],
  ['scrubber', 'glance-scrubber'],
  ['registry', 'glance-registry'],
]);

/**
 * @param role of the process; null for commands, and everything else that reads only the files it is told to
 * @throws ConfigError
 */
export function loadConfigFor(
  options: RoleOptions,
  environment: Environment,
  role: string | null = null,
): LoadedConfig {
  return loadConfig(configSourcesFor(options, environment, role));
}

/** Where a role or command finds its configuration. */
export function configSourcesFor(options: RoleOptions, environment: Environment, role: string | null): ConfigSources {
  const { configPaths: paths = [] } = options;
  const program = role === null ? undefined : PROGRAMS.get(role);
  const found =
    program === undefined || paths.length > 0 ? namedConfigFiles(paths) : findConfigFiles(program, environment);
  return { ...found, environment, commandLine: options, ...(program && { program }) };
}

/** For commands that print results: warnings go to standard error, out of their way. @throws ConfigError */
export function configForCommand(options: GlobalOptions): AppConfig {
  const { config, warnings } = loadConfigFor(options, process.env);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  return config;
}
