import type { BarbicanSecrets } from './barbican/barbican-secrets.js';
import type { CertificateFolder } from './certificate-folder.js';
import { isSecretId } from './key-manager.js';
import type { KeyManager } from './key-manager.js';
import { SecretNotFound } from './key-manager.errors.js';

/** Takes certificates from a folder if there is one, and everything else from Barbican. */
export class ConfiguredKeyManager implements KeyManager {
  constructor(
    private readonly folder: CertificateFolder | null,
    private readonly barbican: BarbicanSecrets | null,
  ) {}

  get needsToken(): boolean {
    return this.folder === null && this.barbican !== null;
  }

  get deletesSecrets(): boolean {
    return this.barbican !== null;
  }

  async certificate(id: string, token: string | null): Promise<Uint8Array> {
    mustBeSecretId(id);
    return this.folder === null ? this.secrets(id).payload(id, token) : this.folder.read(id);
  }

  async deleteSecret(id: string, token: string | null): Promise<void> {
    mustBeSecretId(id);
    await this.secrets(id).delete(id, token);
  }

  private secrets(id: string): BarbicanSecrets {
    if (this.barbican === null) throw new SecretNotFound('No key manager is configured', { id });
    return this.barbican;
  }
}

function mustBeSecretId(id: string): void {
  if (!isSecretId(id)) throw new SecretNotFound(`Certificate not found with ID: ${id}`, { id });
}
