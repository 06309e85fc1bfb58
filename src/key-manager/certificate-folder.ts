import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../kernel/error-code.js';
import { KeyManagerUnavailable, SecretNotFound } from './key-manager.errors.js';

/** Certificates as files `<uuid>.pem` in a folder of the operator. */
export class CertificateFolder {
  constructor(private readonly folder: string) {}

  /** @throws SecretNotFound, KeyManagerUnavailable */
  async read(id: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.folder, `${id.toLowerCase()}.pem`));
    } catch (cause) {
      if (errorCodeOf(cause) === 'ENOENT')
        throw new SecretNotFound(`Certificate not found with ID: ${id}`, { id }, { cause });
      throw new KeyManagerUnavailable('The folder of certificates cannot be read', {}, { cause });
    }
  }
}
