import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { parseIniFile } from './ini-file.js';

/** An option's text as it was found, and where: `glance-api.conf:12`, `environment`, `command line`. */
export type Assignment = Readonly<{ group: string; name: string; text: string; origin: string }>;

/** Options that the command line may set; they beat every other source. */
export type CommandLineOptions = Readonly<{
  dataDir?: string | undefined;
  bindHost?: string | undefined;
  bindPort?: string | undefined;
  daemon?: boolean | undefined;
}>;

/** Assignments of files, in the order given; directories contribute their `*.conf` by name. */
export function readConfigFiles(files: readonly string[], directories: readonly string[]): readonly Assignment[] {
  return [...files, ...directories.flatMap(confFilesOf)].flatMap((file) =>
    parseIniFile(readText(file), file).map(({ group, name, value, line }) => ({
      group,
      name,
      text: value,
      origin: `${file}:${line}`,
    })),
  );
}

function confFilesOf(directory: string): readonly string[] {
  return reading(directory, () => readdirSync(directory))
    .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name));
}

const readText = (file: string): string => reading(file, () => readFileSync(file, 'utf8'));

function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new ConfigError([`${path}: ${cause instanceof Error ? cause.message : 'cannot be read'}`], { cause });
  }
}

/** Variables of the form `OS_<GROUP>__<OPTION>`; the prefix alone belongs to clients (`OS_USERNAME`). */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): readonly Assignment[] {
  return Object.entries(environment).flatMap(([variable, text]) => {
    const [, group, name] = /^OS_(.+?)__(.+)$/.exec(variable) ?? [];
    return group && name && text !== undefined ? [{ group, name, text, origin: `environment ${variable}` }] : [];
  });
}

export function readCommandLine(options: CommandLineOptions): readonly Assignment[] {
  const assign = (group: string, name: string, text: string | undefined, flag: string): readonly Assignment[] =>
    text === undefined ? [] : [{ group, name, text, origin: `command line ${flag}` }];
  return [
    ...assign('hindsight', 'data_dir', options.dataDir, '--data-dir'),
    ...assign('DEFAULT', 'bind_host', options.bindHost, '--bind-host'),
    ...assign('DEFAULT', 'bind_port', options.bindPort, '--bind-port'),
    ...assign('DEFAULT', 'daemon', options.daemon?.toString(), '--daemon'),
  ];
}
