import { createPrivateKey, createPublicKey, hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AuditKeyInvalid } from '../domain/audit.errors.js';

/** A key of a notary; without its private part it can vouch for what was signed, and sign nothing. */
export type AuditKey = Readonly<{ id: string; publicKey: KeyObject; privateKey: KeyObject | null }>;

/** One that can sign. */
export type SigningKey = AuditKey & Readonly<{ privateKey: KeyObject }>;

const PEM_BLOCKS = /-----BEGIN (PRIVATE|PUBLIC) KEY-----.*?-----END \1 KEY-----/gs;

/**
 * The Ed25519 keys in a text of PEM blocks, in their order.
 * @param origin where the text is from
 * @throws AuditKeyInvalid when a block is something else, or there is none
 */
export function readAuditKeys(text: string, origin: string): readonly AuditKey[] {
  const keys = [...text.matchAll(PEM_BLOCKS)].map(([pem, kind]) => readKey(pem, kind === 'PRIVATE', origin));
  if (keys.length === 0) throw new AuditKeyInvalid(`${origin} holds no key in PEM`);
  return keys;
}

function readKey(pem: string, isPrivate: boolean, origin: string): AuditKey {
  try {
    const privateKey = isPrivate ? createPrivateKey(pem) : null;
    return requireEd25519({ ...auditKey(createPublicKey(pem)), privateKey }, origin);
  } catch (error) {
    if (error instanceof AuditKeyInvalid) throw error;
    throw new AuditKeyInvalid(`${origin} holds a key that cannot be read`, {}, { cause: error });
  }
}

function requireEd25519(key: AuditKey, origin: string): AuditKey {
  const type = key.publicKey.asymmetricKeyType;
  if (type === 'ed25519') return key;
  throw new AuditKeyInvalid(`${origin} holds a key of the type ${type ?? 'unknown'}: it must be ed25519`);
}

const auditKey = (publicKey: KeyObject): AuditKey => ({ id: keyIdOf(publicKey), publicKey, privateKey: null });

export const canSign = (key: AuditKey): key is SigningKey => key.privateKey !== null;

/** As events carry it: DER in base64. */
export const publicKeyText = ({ publicKey }: AuditKey): string => derOf(publicKey).toString('base64');

/** @throws AuditKeyInvalid */
export function keyFromText(text: string, origin: string): AuditKey {
  try {
    const der = Buffer.from(text, 'base64');
    return requireEd25519(auditKey(createPublicKey({ key: der, format: 'der', type: 'spki' })), origin);
  } catch (error) {
    if (error instanceof AuditKeyInvalid) throw error;
    throw new AuditKeyInvalid(`${origin} holds a key that cannot be read`, {}, { cause: error });
  }
}

const KEY_ID_LENGTH = 32;

const keyIdOf = (publicKey: KeyObject): string => hash('sha256', derOf(publicKey)).slice(0, KEY_ID_LENGTH);

const derOf = (publicKey: KeyObject): Buffer => publicKey.export({ format: 'der', type: 'spki' });
