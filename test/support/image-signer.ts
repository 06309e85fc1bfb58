import { constants, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';

/** Signs data as clients do that upload signed images. */
export type ImageSigner = Readonly<{
  keyType: string;
  keys: KeyPairKeyObjectResult;
  sign(hashMethod: string, data: Uint8Array): Buffer;
}>;

const runtimeName = (hashMethod: string): string => hashMethod.toLowerCase().replace('-', '');

const signerOf = (keyType: string, keys: KeyPairKeyObjectResult, options: object = {}): ImageSigner => ({
  keyType,
  keys,
  sign: (hashMethod, data) => sign(runtimeName(hashMethod), data, { key: keys.privateKey, ...options }),
});

/** @param saltLength the longest that fits unless given, as signers have it */
export const rsaSigner = (modulusLength = 2048, saltLength = constants.RSA_PSS_SALTLEN_MAX_SIGN): ImageSigner =>
  signerOf('RSA-PSS', generateKeyPairSync('rsa', { modulusLength }), {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  });

export const dsaSigner = (): ImageSigner =>
  signerOf('DSA', generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }));

/** @param name as in `img_signature_key_type` @param namedCurve as the runtime calls it */
export const eccSigner = (name: string, namedCurve = name.slice('ECC_'.length).toLowerCase()): ImageSigner =>
  signerOf(name, generateKeyPairSync('ec', { namedCurve }));

/** The four properties of an image with a signature of these data. */
export const signedAs = (
  signer: ImageSigner,
  certificateId: string,
  data: Uint8Array,
  hashMethod = 'SHA-256',
): Readonly<Record<string, string>> => ({
  img_signature: signer.sign(hashMethod, data).toString('base64'),
  img_signature_hash_method: hashMethod,
  img_signature_key_type: signer.keyType,
  img_signature_certificate_uuid: certificateId,
});
