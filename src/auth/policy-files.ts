import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AppConfig } from '../config/app-config.js';
import { PolicyFilesInvalid } from './policy.errors.js';
import type { FileRule } from './policy-rule-set.js';

type Settings = Pick<AppConfig['policy'], 'files' | 'directories' | 'folders'>;

/** Times of files have steps: two changes this close to each other may leave the same time. */
const SETTLED_AFTER_MS = 1000;

/** A path, and what its file or folder was like when it was looked at; null: there was none. */
type Seen = Readonly<{ path: string; stamp: string | null }>;

/** The operator's policy files: the first policy file that exists, then those of the policy folders by name. */
export class PolicyFiles {
  private seen: readonly Seen[] = [];
  private absent: readonly AbsentFiles[] = [];

  constructor(private readonly settings: Settings) {}

  /** Whether anything is different from what was read last: a few look-ups of file times. */
  haveChanged(): boolean {
    return (
      this.seen.some(({ path, stamp }) => stampOf(path) !== stamp) || this.absent.some((files) => files.haveAppeared())
    );
  }

  /** @throws PolicyFilesInvalid; what was read is remembered all the same */
  async read(): Promise<readonly FileRule[]> {
    const { seen, paths } = this.look();
    // Before anything is read: what changes meanwhile is read again.
    const { there = [], absent = [] } = Object.groupBy(seen, ({ path }) => (isEntry(path) ? 'there' : 'absent'));
    this.seen = there;
    this.absent = absentFiles(absent.map(({ path }) => path));
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

/** Paths in one folder that lead to nothing. */
class AbsentFiles {
  /** What the folder was like when they were looked for; undefined: it had just changed, and may again in the same instant. */
  private stamp: string | null | undefined;

  constructor(
    private readonly folder: string,
    private readonly paths: readonly string[],
  ) {}

  /** One look at the folder instead of one for each path: an entry that is made changes it. */
  haveAppeared(): boolean {
    const stats = statsOf(this.folder);
    const stamp = stampIn(stats);
    if (stamp === this.stamp) return false;
    if (this.paths.some(isEntry)) return true;
    this.stamp = stats !== null && Date.now() - stats.mtimeMs < SETTLED_AFTER_MS ? undefined : stamp;
    return false;
  }
}

function absentFiles(paths: readonly string[]): readonly AbsentFiles[] {
  const byFolder = Map.groupBy(paths, dirname);
  return Array.from(byFolder, ([folder, inside]) => new AbsentFiles(folder, inside));
}

/** Also of a link that leads nowhere: what it leads to may appear without the folder changing. */
function isEntry(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // below something that is no folder, or that may not be looked into
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

const stampOf = (path: string): string | null => stampIn(statsOf(path));

const stampIn = (stats: Stats | null): string | null =>
  stats === null ? null : `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`;

function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // a path that leads nowhere
  }
}
