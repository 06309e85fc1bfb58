import { confFilesOf, readConfigText } from './conf-folder.js';
import { ConfigError } from './config-error.js';
import type { ConfigFiles } from './find-config-files.js';
import { parseIniFile } from './ini-file.js';

/**
 * An option's text as it was found, and where: `glance-api.conf:12`, `environment ...`, `command line ...`.
 * What comes from a source with a larger rank beats the others; one file is one source.
 */
export type Assignment = Readonly<{ group: string; name: string; text: string; origin: string; rank: number }>;

/** Options that the command line may set; they beat every other source. */
export type CommandLineOptions = Readonly<{
  dataDir?: string | undefined;
  bindHost?: string | undefined;
  bindPort?: string | undefined;
  daemon?: boolean | undefined;
}>;

/** Ranks of sources that are not files, whose ranks count from 0. */
export const RANKS = { paste: 1_000_000, environment: 1_000_001, commandLine: 1_000_002 } as const;

/** What files say, in the order in which they were read, and what is wrong with them. */
type ReadFiles = Readonly<{ assignments: readonly Assignment[]; files: readonly string[]; problems: string[] }>;

/** Assignments of files, in the order given; directories contribute their `*.conf` by name. */
export function readConfigFiles({ files, directories }: ConfigFiles): ReadFiles {
  const problems: string[] = [];
  const attempt = <Result>(act: () => Result, otherwise: Result): Result => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return otherwise;
    }
  };
  const all = [...files, ...directories.flatMap((directory) => attempt(() => confFilesOf(directory), []))];
  const assignments = all.flatMap((file, rank) => attempt(() => assignmentsOf(file, rank), []));
  return { assignments, files: all, problems };
}

function assignmentsOf(file: string, rank: number): readonly Assignment[] {
  const entries = parseIniFile(readConfigText(file), file);
  return entries.map(({ group, name, value, line }) => ({ group, name, text: value, origin: `${file}:${line}`, rank }));
}

/** Variables of the form `OS_<GROUP>__<OPTION>`; the prefix alone belongs to clients (`OS_USERNAME`). */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): readonly Assignment[] {
  const rank = RANKS.environment;
  return Object.entries(environment).flatMap(([variable, text]) => {
    const [, group, name] = /^OS_(.+?)__(.+)$/.exec(variable) ?? [];
    return group && name && text !== undefined ? [{ group, name, text, origin: `environment ${variable}`, rank }] : [];
  });
}

export function readCommandLine(options: CommandLineOptions): readonly Assignment[] {
  const assign = (group: string, name: string, text: string | undefined, flag: string): readonly Assignment[] =>
    text === undefined ? [] : [{ group, name, text, origin: `command line ${flag}`, rank: RANKS.commandLine }];
  return [
    ...assign('hindsight', 'data_dir', options.dataDir, '--data-dir'),
    ...assign('DEFAULT', 'bind_host', options.bindHost, '--bind-host'),
    ...assign('DEFAULT', 'bind_port', options.bindPort, '--bind-port'),
    ...assign('DEFAULT', 'daemon', options.daemon?.toString(), '--daemon'),
  ];
}
