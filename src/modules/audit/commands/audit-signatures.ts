import { sign, verify } from 'node:crypto';
import { canonicalJson } from '../../../events/canonical-json.js';
import type { AuditCheckpointSigned, AuditKeyIntroduced } from '../../../events/contracts/audit-events.js';
import type { JsonObject } from '../../../kernel/json.js';
import type { AuditKey, SigningKey } from './audit-keys.js';
import { publicKeyText } from './audit-keys.js';

type Checkpoint = AuditCheckpointSigned['data'];
type Introduction = AuditKeyIntroduced['data'];

/** What is signed says what it is, so that a signature never fits to a statement of another kind. */
const checkpointText = (checkpoint: Omit<Checkpoint, 'signature' | 'keyId'>, keyId: string): Buffer =>
  statement('audit checkpoint', { ...checkpoint, keyId });

const introductionText = ({
  keyId,
  publicKey,
  previousKeyId,
  introducedAt,
}: Omit<Introduction, 'endorsement'>): Buffer =>
  statement('audit key', { keyId, publicKey, previousKeyId, introducedAt });

const statement = (kind: string, content: JsonObject): Buffer =>
  Buffer.from(canonicalJson({ statement: `hindsight ${kind} 1`, ...content }));

export function signedCheckpoint(
  checkpoint: Omit<Checkpoint, 'signature' | 'keyId'>,
  { id: keyId, privateKey }: SigningKey,
): AuditCheckpointSigned {
  const signature = sign(null, checkpointText(checkpoint, keyId), privateKey).toString('base64');
  return { type: 'AuditCheckpointSigned', schemaVersion: 1, data: { ...checkpoint, keyId, signature } };
}

export function isSignedWith(key: AuditKey, { signature, keyId, ...checkpoint }: Checkpoint): boolean {
  return key.id === keyId && verify(null, checkpointText(checkpoint, keyId), key.publicKey, bytesOf(signature));
}

/** @param previous the key before it; without its private part, or where there was none, nobody vouches for the new one */
export function introductionOf(
  key: AuditKey,
  previousKeyId: string | null,
  previous: AuditKey | undefined,
  introducedAt: string,
): AuditKeyIntroduced {
  const introduction = { keyId: key.id, publicKey: publicKeyText(key), previousKeyId, introducedAt };
  const signer = previous?.privateKey ?? null;
  const endorsement = signer === null ? null : sign(null, introductionText(introduction), signer).toString('base64');
  return { type: 'AuditKeyIntroduced', schemaVersion: 1, data: { ...introduction, endorsement } };
}

/** Whether the previous key vouches for the new one. */
export const isEndorsedBy = (previous: AuditKey, { endorsement, ...introduction }: Introduction): boolean =>
  endorsement !== null && verify(null, introductionText(introduction), previous.publicKey, bytesOf(endorsement));

const bytesOf = (signature: string): Buffer => Buffer.from(signature, 'base64');
