import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from '../../../kernel/error-code.js';
import { AuditKeyInvalid } from '../domain/audit.errors.js';
import type { AuditKey, SigningKey } from './audit-keys.js';
import { canSign, readAuditKeys } from './audit-keys.js';

/** The key that signs, and all that this notary goes by: that one, and those that were in use before it. */
export type NotaryKeys = Readonly<{ signing: SigningKey; all: readonly AuditKey[] }>;

/**
 * The file with the notary's keys, as PEM blocks: the first signs; those after it did so before, with their private part or
 * without. It is read each time, so that a key can be replaced while the service runs.
 */
export class AuditKeyFile {
  constructor(readonly path: string) {}

  /** @throws AuditKeyInvalid */
  async read(): Promise<NotaryKeys> {
    const all = readAuditKeys(await this.text(), this.path);
    const [signing] = all;
    if (signing === undefined || !canSign(signing))
      throw new AuditKeyInvalid(`${this.path} does not begin with a private key`);
    return { signing, all };
  }

  /** Makes a key unless there is one. @throws AuditKeyInvalid */
  async makeIfMissing(): Promise<void> {
    await this.orInvalid(async () => {
      if ((await readFile(this.path).catch(unless('ENOENT'))) !== undefined) return;
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      // never in the place of a key that another process made meanwhile
      await this.write(newKey(), (temporary) => link(temporary, this.path).catch(unless('EEXIST')));
    });
  }

  /** Puts a new key before those that are there. @throws AuditKeyInvalid */
  async rotate(): Promise<NotaryKeys> {
    const before = await this.text();
    readAuditKeys(before, this.path);
    await this.orInvalid(() => this.write(`${newKey()}${before}`, (temporary) => rename(temporary, this.path)));
    return this.read();
  }

  private text(): Promise<string> {
    return this.orInvalid(() => readFile(this.path, 'utf8'));
  }

  /** Complete or not at all. */
  private async write(text: string, put: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = `${this.path}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: true });
      await put(temporary);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async orInvalid<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      const code = errorCodeOf(error);
      if (error instanceof AuditKeyInvalid || code === null) throw error;
      throw new AuditKeyInvalid(`${this.path} can be neither read nor made (${code})`, {}, { cause: error });
    }
  }
}

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (errorCodeOf(error) === code) return undefined;
    throw error;
  };
