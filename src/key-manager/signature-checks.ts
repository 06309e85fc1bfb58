import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../kernel/clock.js';
import type { Clock } from '../kernel/clock.js';
import type { DataSignature } from '../stores/hashing/hash-protocol.js';
import { isSigned, readSignature } from './image-signature.js';
import type { ImageSignature } from './image-signature.js';
import { KEY_MANAGER } from './key-manager.js';
import type { KeyManager } from './key-manager.js';
import { SecretNotFound, SignatureRefused } from './key-manager.errors.js';

/** Finds out what the data of a signed image has to be verified with. */
@Injectable()
export class SignatureChecks {
  constructor(
    @Inject(KEY_MANAGER) private readonly keys: KeyManager,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether the data of an image with these properties can be received later only with the token of the caller. */
  needToken(properties: Readonly<Record<string, string>>): boolean {
    return this.keys.needsToken && isSigned(properties);
  }

  /**
   * Null when the image has no signature.
   * @param token gives the token of whoever sends the data; asked for only if need be
   * @throws SignatureRefused, KeyManagerUnavailable
   */
  async prepare(
    properties: Readonly<Record<string, string>>,
    token: () => Promise<string | null>,
  ): Promise<DataSignature | null> {
    const signature = readSignature(properties);
    if (signature === null) return null;
    const certificate = await this.certificate(signature.certificateId, await token());
    return dataSignature(signature, this.validKey(certificate, signature.certificateId));
  }

  private async certificate(id: string, token: string | null): Promise<X509Certificate> {
    try {
      return parsed(await this.keys.certificate(id, token), id);
    } catch (error) {
      if (!(error instanceof SecretNotFound)) throw error;
      throw new SignatureRefused(`Signature verification failed: ${error.message}`, error.details, { cause: error });
    }
  }

  private validKey({ validFrom, validTo, publicKey }: X509Certificate, id: string): KeyObject {
    const nowMs = this.clock.now().getTime();
    if (nowMs < Date.parse(validFrom) || nowMs > Date.parse(validTo))
      throw new SignatureRefused(`Certificate ${id} is not valid at this time: it is from ${validFrom} to ${validTo}`);
    return publicKey;
  }
}

function parsed(bytes: Uint8Array, id: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new SignatureRefused(`Certificate ${id} is not an X.509 certificate in PEM or DER`, { id }, { cause });
  }
}

/** @throws SignatureRefused when the key is not of the type that the image names */
function dataSignature({ hash, keyType, keyTypeName, signature }: ImageSignature, key: KeyObject): DataSignature {
  const type = key.asymmetricKeyType === 'rsa-pss' ? 'rsa' : key.asymmetricKeyType;
  if (type !== keyType) throw new SignatureRefused(`Invalid public key type for signature key type: ${keyTypeName}`);
  const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
  const saltBytes = keyType === 'rsa' ? longestSalt(key, hash) : null;
  return { hash, publicKey, saltBytes, signature: signature.toString('base64') };
}

const HASH_BYTES: Readonly<Record<string, number>> = { sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** Signers fill all the room there is with salt; a signature with less is not taken (nor does any other service take it). */
function longestSalt({ asymmetricKeyDetails }: KeyObject, hash: string): number {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  const salt = Math.ceil((bits - 1) / 8) - (HASH_BYTES[hash] ?? 0) - 2;
  if (salt < 0) throw new SignatureRefused('The key of the certificate is too short for the hash method');
  return salt;
}
