import { getCurves } from 'node:crypto';
import { SignatureRefused } from './key-manager.errors.js';

/** A signature as the properties of an image describe it. */
export type ImageSignature = Readonly<{
  certificateId: string;
  /** Under its name in the runtime. */
  hash: string;
  keyType: 'rsa' | 'dsa' | 'ec';
  /** For messages: as the property has it. */
  keyTypeName: string;
  signature: Buffer;
}>;

const HASHES: ReadonlyMap<string, string> = new Map([
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** What some curves are called beside their usual names. */
const CURVE_ALIASES: Readonly<Record<string, string>> = { secp256r1: 'prime256v1', secp192r1: 'prime192v1' };

const NAMES = [
  'img_signature',
  'img_signature_hash_method',
  'img_signature_key_type',
  'img_signature_certificate_uuid',
] as const;

type Properties = Readonly<Record<string, string>>;

/** An incomplete description is none: the properties are ordinary ones then. */
export const isSigned = (properties: object): boolean => NAMES.every((name) => Object.hasOwn(properties, name));

/**
 * Null when the image has no signature.
 * @throws SignatureRefused when it has one that cannot be right
 */
export function readSignature(properties: Properties): ImageSignature | null {
  if (!isSigned(properties)) return null;
  const [text = '', hashName = '', keyTypeName = '', certificateId = ''] = NAMES.map((name) => properties[name]);
  const hash = HASHES.get(hashName);
  if (hash === undefined) throw new SignatureRefused(`Invalid signature hash method: ${hashName}`);
  return { certificateId, hash, keyType: keyTypeOf(keyTypeName), keyTypeName, signature: decode(text) };
}

function decode(text: string): Buffer {
  const signature = Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
  if (isBase64 && signature.length > 0) return signature;
  throw new SignatureRefused('The signature data was not properly encoded using base64');
}

function keyTypeOf(name: string): ImageSignature['keyType'] {
  if (name === 'RSA-PSS') return 'rsa';
  if (name === 'DSA') return 'dsa';
  const curve = name.startsWith('ECC_') ? name.slice('ECC_'.length).toLowerCase() : '';
  if (curve !== '' && name === name.toUpperCase() && getCurves().includes(CURVE_ALIASES[curve] ?? curve)) return 'ec';
  throw new SignatureRefused(`Invalid signature key type: ${name}`);
}
