import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';

/** The `*.conf` of a folder by name. @throws ConfigError when the folder cannot be read */
export function confFilesOf(directory: string): readonly string[] {
  return reading(directory, (path) => readdirSync(path))
    .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name));
}

/** @throws ConfigError when the file cannot be read */
export const readConfigText = (file: string): string => reading(file, (path) => readFileSync(path, 'utf8'));

function reading<Result>(path: string, read: (path: string) => Result): Result {
  try {
    return read(path.replace(/^~(?=\/|$)/, homedir()));
  } catch (cause) {
    throw new ConfigError([`${path}: ${cause instanceof Error ? cause.message : 'cannot be read'}`], { cause });
  }
}
