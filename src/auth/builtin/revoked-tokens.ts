import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

type RevokedToken = Readonly<{ id: string; expiresAtS: number }>;

/**
 * Tokens that were given back before they expired: an empty file each, in a directory that all processes share. So a
 * revocation needs no lock, holds everywhere at once, and asking for one costs a look-up of a name.
 */
export class RevokedTokens {
  constructor(private readonly directory: string) {}

  has(token: RevokedToken): boolean {
    return existsSync(join(this.directory, fileName(token)));
  }

  async add(token: RevokedToken, nowS: number): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const file = await open(join(this.directory, fileName(token)), 'a', 0o600);
    await file.sync();
    await file.close();
    await this.forgetExpired(nowS);
  }

  private async forgetExpired(nowS: number): Promise<void> {
    const names = await readdir(this.directory);
    const expired = names.filter((name) => Number(name.split('-', 1)[0]) <= nowS);
    await Promise.all(expired.map((name) => rm(join(this.directory, name), { force: true })));
  }
}

const fileName = (token: RevokedToken): string => `${token.expiresAtS}-${token.id}`;
