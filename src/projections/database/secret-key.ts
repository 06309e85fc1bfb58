import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../kernel/domain-error.js';
import { errorCodeOf } from '../../kernel/error-code.js';

const FILE = 'task-secrets.key';
const KEY_BYTES = 32;

/** The file of the key is no key, or cannot be read or made. Removing it makes a new one, and loses the secrets under the old. */
export class SecretKeyInvalid extends DomainError {
  readonly code = 'projections.secret_key_invalid';
}

/**
 * The key that secrets of tasks are encrypted with, made on first use and the same for all processes of a data folder.
 * Processes that share a read-model database need copies of one file.
 * @throws SecretKeyInvalid
 */
export async function loadSecretKey(dataDir: string): Promise<Buffer> {
  const key = await loadOrCreate(dataDir).catch((cause: unknown) => {
    throw new SecretKeyInvalid(`${join(dataDir, FILE)} can be neither read nor made`, {}, { cause });
  });
  if (key.length === KEY_BYTES) return key;
  throw new SecretKeyInvalid(`${join(dataDir, FILE)} does not hold a key of ${KEY_BYTES} bytes`);
}

async function loadOrCreate(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, FILE);
  const existing = await readIfThere(path);
  if (existing !== null) return existing;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await create(path);
  return readFile(path);
}

/** Complete or not at all, and never in the place of a key that another process made meanwhile. */
async function create(path: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true });
    await link(temporary, path).catch(unless('EEXIST'));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  return (await readFile(path).catch(unless('ENOENT'))) ?? null;
}

const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (errorCodeOf(error) === code) return undefined;
    throw error;
  };
