import type { AuditKeyIntroduced } from '../../events/contracts/audit-events.js';
import type { AuditKey } from '../../modules/audit/commands/audit-keys.js';
import { keyFromText } from '../../modules/audit/commands/audit-keys.js';
import { isEndorsedBy } from '../../modules/audit/commands/audit-signatures.js';

/** The keys that somebody trusts, those that they vouch for, and what else the log says of keys. */
export class TrustedKeys {
  private readonly known = new Map<string, AuditKey>();
  private readonly trusted = new Set<string>();

  constructor(keys: readonly AuditKey[]) {
    for (const key of keys) this.trust(key);
  }

  find(keyId: string): AuditKey | undefined {
    return this.known.get(keyId);
  }

  trusts(keyId: string): boolean {
    return this.trusted.has(keyId);
  }

  /** @returns whether the introduction is in order. @throws AuditKeyInvalid */
  introduce({ data }: AuditKeyIntroduced): boolean {
    const key = keyFromText(data.publicKey, 'The introduction of the key');
    if (key.id !== data.keyId) return false;
    const previous = data.previousKeyId === null ? undefined : this.known.get(data.previousKeyId);
    const isEndorsed = previous !== undefined && isEndorsedBy(previous, data);
    if (data.endorsement !== null && previous !== undefined && !isEndorsed) return false;
    this.known.set(key.id, key);
    if (isEndorsed && this.trusted.has(previous.id)) this.trusted.add(key.id);
    return true;
  }

  private trust(key: AuditKey): void {
    this.known.set(key.id, key);
    this.trusted.add(key.id);
  }
}
