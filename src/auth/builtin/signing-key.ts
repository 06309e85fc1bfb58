import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DomainError } from '../../kernel/domain-error.js';
import { createPrivateFile } from './private-file.js';

const KEY_BYTES = 32;

/** The file of the signing key holds no key. Removing it makes a new one, and every token invalid. */
export class SigningKeyInvalid extends DomainError {
  readonly code = 'auth.signing_key_invalid';
}

/**
 * The key that tokens are signed with, made at first start and the same for all processes of a data directory.
 * @throws SigningKeyInvalid
 */
export async function loadSigningKey(path: string): Promise<Uint8Array> {
  await createPrivateFile(path, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url');
  if (key.length !== KEY_BYTES) throw new SigningKeyInvalid(`${path} does not hold a key of ${KEY_BYTES} bytes`);
  return key;
}
