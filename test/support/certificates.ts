import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const DAY_MS = 86_400_000;

/** One DER value: tag, length, content. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const time = (at: Date): Buffer => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const COMMON_NAME = oid(0x55, 0x04, 0x03);
const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const issuer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

type CertificateOptions = Readonly<{ from?: Date; to?: Date; commonName?: string; signedBy?: KeyObject }>;

/** An X.509 certificate of a key, in DER. Valid from yesterday until tomorrow unless said otherwise. */
export function certificateOf(key: KeyObject, options: CertificateOptions = {}): Buffer {
  const now = Date.now();
  const { from = new Date(now - DAY_MS), to = new Date(now + DAY_MS) } = options;
  const { commonName = 'image signer', signedBy = issuer.privateKey } = options;
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(from), time(to)),
    name,
    key.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, signedBy);
  return sequence(content, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
}

export const toPem = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
