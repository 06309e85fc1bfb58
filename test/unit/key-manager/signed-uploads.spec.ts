import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { certificateOf, toPem } from '../../support/certificates.js';
import { dsaSigner, eccSigner, rsaSigner, signedAs } from '../../support/image-signer.js';
import type { ImageSigner } from '../../support/image-signer.js';
import { openImageWorkbench, OWNER } from '../../support/image-workbench.js';
import type { ImageWorkbench } from '../../support/image-workbench.js';
import { imagesWithBytes, queuedImage } from '../../support/workbench-images.js';

const request = { caller: OWNER, requestId: 'req-1' };
const DATA = randomBytes(300_000);
const CERTIFICATE = '0a1b2c3d-0000-4000-8000-0123456789ab';

const rsa = rsaSigner();

describe('uploads to signed images', () => {
  let bench: ImageWorkbench;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-certificates-'));
    bench = await openImageWorkbench({ environment: { OS_HINDSIGHT__CERTIFICATE_DIR: folder } });
  });
  beforeEach(() => trust(rsa));
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  const trust = ({ keys }: ImageSigner, validity = {}, id = CERTIFICATE): Promise<void> =>
    writeFile(join(folder, `${id}.pem`), toPem(certificateOf(keys.publicKey, validity)));
  const signedImage = async (properties: Readonly<Record<string, string>>): Promise<string> => {
    const imageId = await queuedImage(bench);
    const changes = Object.entries(properties).map(
      ([name, value]) => ({ kind: 'set_property', name, value, when: 'any' }) as const,
    );
    await bench.commands.handle({ type: 'ChangeImage', imageId, changes, quotas: bench.config.quotas }, request);
    return imageId;
  };
  const upload = (imageId: string, data: Buffer = DATA): Promise<void> =>
    bench.uploads.upload({ imageId, source: Readable.from([data]), storeId: null, expectedBytes: null }, request);
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  const refuses = async (properties: Readonly<Record<string, string>>, code: string, text: string | RegExp) => {
    const imageId = await signedImage(properties);
    await expect(upload(imageId)).rejects.toMatchObject({ code, message: expect.stringMatching(text) });
    expect(await statusOf(imageId)).toBe('queued');
    expect(await imagesWithBytes(bench)).not.toContain(imageId);
  };

  it.each(['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'])('take data with an RSA-PSS signature over %s', async (hash) => {
    const imageId = await signedImage(signedAs(rsa, CERTIFICATE, DATA, hash));
    await upload(imageId);
    expect(await statusOf(imageId)).toBe('active');
  });

  it.each<readonly [string, () => ImageSigner]>([
    ['DSA', dsaSigner],
    ['ECC_SECP256R1', () => eccSigner('ECC_SECP256R1', 'prime256v1')],
    ['ECC_SECP384R1', () => eccSigner('ECC_SECP384R1')],
    ['ECC_SECP521R1', () => eccSigner('ECC_SECP521R1')],
    ['ECC_SECT409K1', () => eccSigner('ECC_SECT409K1')],
    ['ECC_SECT571R1', () => eccSigner('ECC_SECT571R1')],
    ['RSA-PSS of a key whose bits fill no whole bytes', () => rsaSigner(2041)],
  ])('take data with a signature of the type %s, and no other data', async (_name, signer) => {
    const signed = signer();
    await trust(signed);
    const properties = signedAs(signed, CERTIFICATE, DATA, 'SHA-384');
    const imageId = await signedImage(properties);
    const altered = Buffer.from(DATA);
    altered[200_000]! ^= 1;
    await expect(upload(imageId, altered)).rejects.toMatchObject({ code: 'data.signature_mismatch' });
    expect(await statusOf(imageId)).toBe('queued');
    expect(await imagesWithBytes(bench)).not.toContain(imageId);
    await upload(imageId);
    expect(await statusOf(imageId)).toBe('active');
  });

  it('take no data at all when that is what was signed', async () => {
    const nothing = Buffer.alloc(0);
    const imageId = await signedImage(signedAs(rsa, CERTIFICATE, nothing));
    await upload(imageId, nothing);
    expect(await statusOf(imageId)).toBe('active');
  });

  it('look at no signature that is incomplete', async () => {
    const all = signedAs(rsa, randomUUID(), Buffer.from('something else'));
    const three = Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'img_signature_key_type'));
    const imageId = await signedImage(three);
    await upload(imageId);
    expect(await statusOf(imageId)).toBe('active');
  });

  it('are several at a time, each with its own signature', async () => {
    const datas = Array.from({ length: 8 }, () => randomBytes(200_000));
    const images = await Promise.all(
      datas.map((data, n) => signedImage(signedAs(rsa, CERTIFICATE, n % 2 === 0 ? data : DATA))),
    );
    const outcomes = await Promise.allSettled(images.map((imageId, n) => upload(imageId, datas[n])));
    expect(outcomes.map(({ status }) => status)).toEqual(datas.map((_, n) => (n % 2 === 0 ? 'fulfilled' : 'rejected')));
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    ['is no base64', { img_signature: 'no base64!' }, 'key_manager.signature_refused', 'base64'],
    ['is empty', { img_signature: '' }, 'key_manager.signature_refused', 'base64'],
    ['is of another form', { img_signature: 'AAAA' }, 'data.signature_mismatch', 'not what was signed'],
    ['has an unknown hash', { img_signature_hash_method: 'MD5' }, 'key_manager.signature_refused', 'hash method: MD5'],
    ['has an unknown key', { img_signature_key_type: 'RSA' }, 'key_manager.signature_refused', 'key type: RSA'],
    ['has an unknown curve', { img_signature_key_type: 'ECC_X' }, 'key_manager.signature_refused', 'key type: ECC_X'],
    [
      'has the key of another type',
      { img_signature_key_type: 'DSA' },
      'key_manager.signature_refused',
      'public key type',
    ],
    [
      'names a certificate that is not there',
      { img_signature_certificate_uuid: '00000000-0000-4000-8000-000000000000' },
      'key_manager.signature_refused',
      'Certificate not found',
    ],
    [
      'names a file instead of a certificate',
      { img_signature_certificate_uuid: `../${'x'.repeat(9)}/${CERTIFICATE}` },
      'key_manager.signature_refused',
      'Certificate not found',
    ],
  ])('refuse a signature that %s', async (_name, wrong, code, text) => {
    await refuses({ ...signedAs(rsa, CERTIFICATE, DATA), ...wrong }, code, text);
  });

  it('refuse an RSA-PSS signature with less salt than fits', async () => {
    const salted = rsaSigner(2048, 32);
    await trust(salted);
    await refuses(signedAs(salted, CERTIFICATE, DATA), 'data.signature_mismatch', 'not what was signed');
  });

  it.each([
    ['has run out', { to: new Date(Date.now() - 1000) }],
    ['is not valid yet', { from: new Date(Date.now() + 3_600_000) }],
  ])('refuse a certificate that %s', async (_name, validity) => {
    await trust(rsa, validity);
    await refuses(signedAs(rsa, CERTIFICATE, DATA), 'key_manager.signature_refused', 'is not valid at this time');
  });

  it('refuse a certificate that is none', async () => {
    await writeFile(join(folder, `${CERTIFICATE}.pem`), 'not a certificate');
    await refuses(signedAs(rsa, CERTIFICATE, DATA), 'key_manager.signature_refused', 'is not an X.509 certificate');
  });
});
