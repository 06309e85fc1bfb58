import type { AppConfig } from './app-config.js';
import { Assignments } from './assignments.js';
import { ConfigError } from './config-error.js';
import { judgeUnused } from './foreign-options.js';
import { OptionReader } from './option-reader.js';
import type { EffectiveOption } from './option-reader.js';
import type { CommandLineOptions } from './option-sources.js';
import { readCommandLine, readConfigFiles, readEnvironment } from './option-sources.js';
import { allOptions, BACKEND_DEFAULTS } from './options.js';
import { pasteOptions } from './paste-options.js';
import { NO_PIPELINE } from './paste/flavor.js';
import { readPipeline } from './paste/read-pipeline.js';
import type { ReadPipeline } from './paste/read-pipeline.js';
import { readAppConfig } from './read-app-config.js';

/** Where options come from; each source beats those before it. Relative paths start at the working directory. */
export type ConfigSources = Readonly<{
  files: readonly string[];
  directories: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  commandLine: CommandLineOptions;
  /** Names the log in log_dir; default: glance-api. */
  program?: string;
}>;

/** `warnings` are for the log: options that have no effect. */
export type LoadedConfig = Readonly<{ config: AppConfig; warnings: readonly string[] }>;

/** The configuration with all that is to be said about it. It can be used only when there are no problems. */
export type ExaminedConfig = LoadedConfig &
  Readonly<{
    problems: readonly string[];
    /** Options that count, in the order in which they were read. */
    options: readonly EffectiveOption[];
    /** The files that options were read from. */
    files: readonly string[];
  }>;

/**
 * Reads the configuration, once at start.
 * @throws ConfigError naming every wrong option, with its group and what is allowed
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { config, warnings, problems } = examineConfig(sources);
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, warnings };
}

/** Reads the configuration and everything that is wrong with it. */
export function examineConfig(sources: ConfigSources): ExaminedConfig {
  const { assignments: ofFiles, files, problems } = readConfigFiles(sources);
  const others = [...readEnvironment(sources.environment), ...readCommandLine(sources.commandLine)];
  const chosen = choosePipeline(new Assignments([...ofFiles, ...others], defaultTextOf), sources, problems);
  const assignments = new Assignments([...ofFiles, ...chosen.assignments, ...others], defaultTextOf);
  const reader = new OptionReader(assignments);
  reader.warnings.push(...chosen.warnings);
  for (const option of Object.values(pasteOptions)) reader.read(option);
  const config = readAppConfig(reader, sources, chosen.pipeline);
  markKnown(assignments);
  const judged = judgeUnused(assignments.unused(), storeGroupsOf(config));
  return {
    config,
    warnings: [...reader.warnings, ...judged.warnings],
    problems: [...new Set([...problems, ...reader.problems, ...judged.problems])],
    options: reader.effectiveOptions(),
    files: chosen.file === null ? files : [...files, chosen.file],
  };
}

/** Where options of stores stand. */
const storeGroupsOf = ({ stores }: AppConfig): readonly string[] => [
  ...stores.backends.map(({ id }) => id),
  ...[BACKEND_DEFAULTS, 'os_glance_staging_store'],
];

/** Without one that can be used there is none. */
function choosePipeline(assignments: Assignments, { files, program }: ConfigSources, problems: string[]): ReadPipeline {
  try {
    return readPipeline(assignments, files, program === 'glance-registry' ? program : 'glance-api');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return { pipeline: NO_PIPELINE, file: null, assignments: [], warnings: [] };
  }
}

/** Options of a mode that is not chosen are known all the same. */
function markKnown(assignments: Assignments): void {
  for (const { group, name, formerly } of allOptions) {
    assignments.find([group, name], ...(formerly ?? []));
  }
}

function defaultTextOf(group: string, name: string): string | undefined {
  const option = allOptions.find((candidate) => candidate.group === group && candidate.name === name);
  const value = option?.default;
  if (value === null) return '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}
