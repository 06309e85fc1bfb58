import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppConfig } from '../config/app-config.js';
import { PolicyFilesInvalid } from './policy.errors.js';
import type { FileRule } from './policy-rule-set.js';

type Settings = Pick<AppConfig['policy'], 'files' | 'directories' | 'folders'>;

/** A path, and what its file or folder was like when it was looked at; null: there was none. */
type Seen = Readonly<{ path: string; stamp: string | null }>;

/** The operator's policy files: the first policy file that exists, then those of the policy folders by name. */
export class PolicyFiles {
  private seen: readonly Seen[] = [];

  constructor(private readonly settings: Settings) {}

  /** Whether anything is different from what was read last: a few look-ups of file times. */
  haveChanged(): boolean {
    return this.seen.some(({ path, stamp }) => stampOf(path) !== stamp);
  }

  /** @throws PolicyFilesInvalid; what was read is remembered all the same */
  async read(): Promise<readonly FileRule[]> {
    const { seen, paths } = this.look();
    this.seen = seen; // before anything is read: what changes meanwhile is read again
    if (paths.length === 0) return [];
    const { parsePolicyFile } = await import('./policy-file.js'); // parsers are for those who have files
    const rules: FileRule[] = [];
    const problems: string[] = [];
    for (const path of paths) {
      try {
        rules.push(...parsePolicyFile(textOf(path), path));
      } catch (error) {
        if (!(error instanceof PolicyFilesInvalid)) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) throw new PolicyFilesInvalid(problems);
    return rules;
  }

  private look(): Readonly<{ seen: readonly Seen[]; paths: readonly string[] }> {
    const { files, directories, folders } = this.settings;
    const seen: Seen[] = [];
    const firstOf = (names: readonly string[]): string | null => {
      for (const path of names.flatMap((name) => folders.map((folder) => resolve(folder, name)))) {
        const stamp = stampOf(path);
        seen.push({ path, stamp });
        if (stamp !== null) return path;
      }
      return null;
    };
    const file = firstOf(files);
    const found = directories.flatMap((directory) => filesOf(firstOf([directory])));
    seen.push(...found.map((path) => ({ path, stamp: stampOf(path) })));
    return { seen, paths: file === null ? found : [file, ...found] };
  }
}

function filesOf(directory: string | null): readonly string[] {
  if (directory === null) return [];
  return reading(directory, () => readdirSync(directory, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(directory, name))
    .sort();
}

const textOf = (path: string): string => reading(path, () => readFileSync(path, 'utf8'));

function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'cannot be read';
    throw new PolicyFilesInvalid([`${path}: ${reason}`], { cause });
  }
}

function stampOf(path: string): string | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`;
  } catch {
    return null; // a path that leads nowhere
  }
}
