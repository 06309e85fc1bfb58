import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { Directory } from './directory.js';
import { hashPassword } from './password-hash.js';
import { replacePrivateFile } from './private-file.js';
import { parseUsersFile, UsersFileInvalid } from './users-file.js';

// A file changed twice within one tick of the file system's clock looks the same: younger ones are read again.
const SETTLED_AFTER_MS = 100;

export type Warn = (message: string) => void;

/** The directory as the users file has it, read again when the file changes. */
export class DirectorySource {
  private reading: Promise<Directory> | null = null;
  private lastProblem: string | null = null;
  private last: Readonly<{ directory: Directory; signature: string | null }> | null = null;

  constructor(
    private readonly path: string,
    private readonly warn: Warn,
  ) {}

  /**
   * A change that cannot be understood is logged, and the directory stays as it was.
   * @throws UsersFileInvalid when the file cannot be understood and never could
   */
  async current(): Promise<Directory> {
    if (this.last !== null && this.last.signature !== null && this.last.signature === signatureOf(this.path)) {
      return this.last.directory;
    }
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<Directory> {
    const signature = signatureOf(this.path);
    try {
      const directory = new Directory(parseUsersFile(await this.textWithHashes()));
      this.last = { directory, signature };
      this.lastProblem = null;
      return directory;
    } catch (error) {
      const problem = new UsersFileInvalid(`Users file ${this.path}: ${reasonOf(error)}`, {}, { cause: error });
      if (this.last === null) throw problem;
      this.warnOnce(`${problem.message}; the users stay as they were`);
      this.last = { ...this.last, signature };
      return this.last.directory;
    }
  }

  private warnOnce(problem: string): void {
    if (problem !== this.lastProblem) this.warn(problem);
    this.lastProblem = problem;
  }

  /** Whoever adds a user may write `password: <clear text>`; the file keeps its hash instead. */
  private async textWithHashes(): Promise<string> {
    const text = await readFile(this.path, 'utf8');
    const document = parseDocument(text);
    const users: unknown = document.errors.length === 0 ? document.toJS() : null;
    const passwords = clearPasswords(users);
    if (passwords.length === 0) return text;
    for (const { index, password } of passwords) {
      document.setIn(['users', index, 'password_hash'], await hashPassword(password));
      document.deleteIn(['users', index, 'password']);
    }
    const hashed = document.toString();
    parseUsersFile(hashed);
    await replacePrivateFile(this.path, hashed);
    return hashed;
  }
}

function clearPasswords(content: unknown): readonly Readonly<{ index: number; password: string }>[] {
  if (typeof content !== 'object' || content === null || !('users' in content) || !Array.isArray(content.users))
    return [];
  return content.users.flatMap((user: unknown, index) => {
    const password = typeof user === 'object' && user !== null && 'password' in user ? user.password : undefined;
    return typeof password === 'string' && password !== '' ? [{ index, password }] : [];
  });
}

/** Null when the file is absent or so young that a later change might go unnoticed. */
function signatureOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined || Date.now() - Number(stats.mtimeMs) < SETTLED_AFTER_MS) return null;
  return `${stats.ino}-${stats.size}-${stats.mtimeNs}`;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
