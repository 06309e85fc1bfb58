import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { ConversionUnavailable, DecompressionFailed } from '../../../src/conversion/conversion.errors.js';
import { decompressFile } from '../../../src/conversion/decompress-file.js';
import { bzip2Text, bzip2Zeros, TEXT_MD5, xzText, xzZeros, zip } from './compressed-data.builder.js';

const MIB = 1024 * 1024;
const GENEROUS = { maxBytes: 1024 * MIB, maxRatio: 1_000_000_000 };

let folder: string;
let [from, to] = ['', ''];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decompress-'));
  [from, to] = [join(folder, 'from'), join(folder, 'to')];
});
afterEach(() => rm(folder, { recursive: true }));

const decompressing = (
  limits = GENEROUS,
  signal = new AbortController().signal,
  onProgress: (bytesDone: number) => void = () => undefined,
) => decompressFile({ from, to, limits, signal, onProgress });

async function decompressed(data: Uint8Array): Promise<Buffer> {
  await writeFile(from, data);
  await decompressing();
  return readFile(to);
}

async function refusalOf(data: Uint8Array, limits = GENEROUS): Promise<unknown> {
  await writeFile(from, data);
  const refusal = await decompressing(limits).then(
    () => null,
    (error: unknown) => error,
  );
  await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
  return refusal;
}

const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
const mixed = Buffer.concat([randomBytes(MIB), Buffer.alloc(3 * MIB), randomBytes(70_001)]);

/** A frame that tools skip, and which tells nothing. */
const skippable = (content: string): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, Buffer.from(content)]);
};

describe('decompressing a file', () => {
  it.each([
    ['gzip', gzipSync(mixed)],
    ['zstd', zstdCompressSync(mixed)],
    ['zip', zip({ data: mixed })],
    ['zip', zip({ data: mixed, method: 0 })],
  ] as const)('gives back what was compressed: %s', async (compression, data) => {
    await writeFile(from, data);
    expect(await decompressing()).toEqual({ sizeBytes: mixed.length, compression });
    expect((await readFile(to)).equals(mixed)).toBe(true);
  });

  it.each([
    ['bzip2', bzip2Text()],
    ['xz', xzText()],
  ])('gives back what was compressed: %s', async (compression, data) => {
    await writeFile(from, data);
    expect(await decompressing()).toEqual({ sizeBytes: 2245, compression });
    expect(md5(await readFile(to))).toBe(TEXT_MD5);
  });

  it.each([
    ['gzip members', gzipSync(mixed)],
    ['zstd frames', zstdCompressSync(mixed)],
    ['bzip2 streams', bzip2Text()],
    ['xz streams', xzText()],
  ])('joins several %s', async (_, data) => {
    const once = await decompressed(data);
    const thrice = await decompressed(Buffer.concat([data, data, data]));
    expect(thrice.equals(Buffer.concat([once, once, once]))).toBe(true);
  });

  it('skips zstd frames that are meant to be skipped, also in the first place', async () => {
    const frame = zstdCompressSync('data');
    const data = Buffer.concat([skippable('size'), frame, skippable(''), frame, skippable('the end')]);
    expect((await decompressed(data)).toString()).toBe('datadata');
  });

  it.each([0, 1, 5, 65_535])('finds the end of zstd frames whatever %d random bytes are in them', async (length) => {
    const content = randomBytes(length);
    const frames = [zstdCompressSync(content), zstdCompressSync(Buffer.alloc(length))];
    const expected = Buffer.concat([content, Buffer.alloc(length)]);
    expect((await decompressed(Buffer.concat(frames))).equals(expected)).toBe(true);
  });

  it('makes an empty file of nothing that was compressed', async () => {
    expect(await decompressed(gzipSync(''))).toHaveLength(0);
  });

  it('leaves holes where there are zeros', async () => {
    await decompressed(Buffer.concat([bzip2Zeros(), bzip2Text()]));
    const { size, blocks } = await stat(to);
    expect(size).toBe(45_900_000 + 2245);
    expect(blocks * 512).toBeLessThan(MIB);
  });

  it('keeps the size of data that ends with zeros', async () => {
    const data = Buffer.concat([randomBytes(10), Buffer.alloc(5 * MIB)]);
    expect((await decompressed(gzipSync(data))).equals(data)).toBe(true);
  });

  it('replaces what an earlier attempt has left', async () => {
    await writeFile(to, randomBytes(9 * MIB));
    expect((await decompressed(gzipSync('new'))).toString()).toBe('new');
  });

  it('undoes one compression only', async () => {
    const inner = gzipSync('data');
    expect((await decompressed(gzipSync(inner))).equals(inner)).toBe(true);
  });

  it('tells how much has come out', async () => {
    await writeFile(from, gzipSync(mixed));
    const told: number[] = [];
    await decompressing(GENEROUS, new AbortController().signal, (done) => void told.push(done));
    expect(told.length).toBeGreaterThan(1);
    expect(told.toSorted((one, other) => one - other)).toEqual(told);
    expect(told.at(-1)).toBe(mixed.length);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('\x1f')],
    ['other data', randomBytes(100).fill(0, 0, 20)],
    ['a text about bzip2', Buffer.from('BZh9 is how bzip2 data begins')],
  ])('leaves %s alone', async (_, data) => {
    await writeFile(from, data);
    expect(await decompressing()).toBeNull();
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('decompressing damaged data', () => {
  const samples = [
    ['gzip', gzipSync(mixed)],
    ['zstd', zstdCompressSync(mixed, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
    ['bzip2', bzip2Text()],
    ['xz', xzText()],
    ['zip', zip({ data: mixed })],
  ] as const;

  it.each(samples)('is refused where the %s data is cut off', async (_, data) => {
    for (const missing of [1, 9, data.length >> 1, data.length - 17]) {
      expect(await refusalOf(data.subarray(0, data.length - missing))).toBeInstanceOf(DecompressionFailed);
    }
  });

  it.each(samples)('is refused where a bit in the middle of the %s data is another', async (_, data) => {
    const damaged = Buffer.from(data);
    damaged.writeUInt8(damaged.readUInt8(data.length >> 1) ^ 4, data.length >> 1);
    expect(await refusalOf(damaged)).toBeInstanceOf(DecompressionFailed);
  });

  it.each(samples)('is refused where something else follows the %s data', async (_, data) => {
    for (const rest of ['x', 'garbage that is longer', '\0garbage']) {
      expect(await refusalOf(Buffer.concat([data, Buffer.from(rest)]))).toBeInstanceOf(DecompressionFailed);
    }
  });

  it('is refused where zstd wants more memory than it gets', async () => {
    const frame = Buffer.from(zstdCompressSync(randomBytes(300_000)));
    const windowOf2GiB = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3]);
    expect(await refusalOf(Buffer.concat([windowOf2GiB, frame.subarray(-100)]))).toBeInstanceOf(DecompressionFailed);
  });

  it('is refused whatever bit of bzip2 data changes, if it changes anything', async () => {
    for (let bit = 8 * 10; bit < 8 * 120; bit += 61) {
      const damaged = bzip2Text();
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(from, damaged);
      const outcome = await decompressing().catch((error: unknown) => error);
      if (outcome instanceof DecompressionFailed) continue;
      expect(outcome).toEqual({ sizeBytes: 2245, compression: 'bzip2' });
      expect(md5(await readFile(to))).toBe(TEXT_MD5);
    }
  });
});

describe('decompressing archives', () => {
  it.each([
    ['no members', zip()],
    ['two members', zip({ name: 'a' }, { name: 'b' })],
    ['a folder', zip({ name: 'disk/' })],
    ['a symbolic link', zip({ data: Buffer.from('/etc/passwd'), method: 0, mode: 0o120777 })],
    ['an encrypted member', zip({ flags: 1 })],
    ['a member compressed in another way', zip({ method: 12 })],
    ['a wrong checksum', zip({ data: Buffer.from('data'), checksum: 1 })],
  ])('refuses %s', async (_, archive) => {
    const recognised = Buffer.concat([Buffer.from('PK\x03\x04'), archive.subarray(4)]);
    expect(await refusalOf(archive.length > 22 ? archive : recognised)).toBeInstanceOf(DecompressionFailed);
  });

  it.each(['/etc/passwd', '../../outside', 'C:\\disk', 'a\\b', '\xff\xfe', '-x'])(
    'does not look at the name %j',
    async (name) => {
      expect((await decompressed(zip({ name, data: Buffer.from('data') }))).toString()).toBe('data');
    },
  );

  it('refuses LHA by its name', async () => {
    expect(await refusalOf(Buffer.from('\x20\x00-lh5-\0\0\0\0', 'latin1'))).toMatchObject({
      code: 'conversion.decompression_failed',
      message: 'LHA archives are not supported',
    });
  });
});

describe('decompressing bombs', () => {
  const zeros = Buffer.alloc(32 * MIB);
  const bombs = [
    ['gzip', Buffer.concat(Array.from({ length: 3 }, () => gzipSync(zeros)))],
    ['zstd', Buffer.concat(Array.from({ length: 3 }, () => zstdCompressSync(zeros)))],
    ['bzip2', Buffer.concat(Array.from({ length: 3 }, bzip2Zeros))],
    ['xz', Buffer.concat(Array.from({ length: 24 }, xzZeros))],
    ['zip', zip({ data: Buffer.alloc(96 * MIB) })],
  ] as const;

  /** How much came out before it was refused. */
  async function bytesBefore(bomb: Uint8Array, limits: typeof GENEROUS, refusal: object): Promise<number> {
    await writeFile(from, bomb);
    let bytes = 0;
    const exploding = decompressing(limits, new AbortController().signal, (done) => void (bytes = done));
    await expect(exploding).rejects.toMatchObject({ code: 'conversion.decompression_failed', ...refusal });
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
    return bytes;
  }

  it.each(bombs)('stops before %s data is larger than allowed', async (_, bomb) => {
    const maxBytes = 10 * MIB;
    const refusal = { message: `The decompressed data is larger than ${maxBytes} bytes`, details: { maxBytes } };
    expect(await bytesBefore(bomb, { ...GENEROUS, maxBytes }, refusal)).toBeLessThanOrEqual(maxBytes);
  });

  it.each(bombs)('stops when %s data has grown more than allowed', async (_, bomb) => {
    const refusal = { message: 'The data is compressed more than 100 times', details: { maxRatio: 100 } };
    expect(await bytesBefore(bomb, { ...GENEROUS, maxRatio: 100 }, refusal)).toBeLessThanOrEqual(64 * MIB);
  });

  it('does not count the ratio of little data', async () => {
    expect(await refusalOf(gzipSync(Buffer.alloc(60 * MIB)), { ...GENEROUS, maxRatio: 1 }).catch(() => 'fine')).toBe(
      'fine',
    );
  });

  it('takes data of exactly the largest size', async () => {
    await writeFile(from, gzipSync(Buffer.alloc(1000, 7)));
    expect(await decompressing({ ...GENEROUS, maxBytes: 1000 })).toMatchObject({ sizeBytes: 1000 });
  });
});

describe('decompressing that cannot go on', () => {
  it.each([
    ['gzip', gzipSync(mixed)],
    ['zstd', zstdCompressSync(mixed)],
    ['bzip2', bzip2Zeros()],
    ['xz', xzZeros()],
    ['zip', zip({ data: mixed })],
  ])('ends with the reason of whoever aborts it: %s', async (_, data) => {
    await writeFile(from, data);
    const abort = new AbortController();
    const reason = new Error('the image was deleted');
    await expect(decompressing(GENEROUS, abort.signal, () => abort.abort(reason))).rejects.toBe(reason);
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not begin when it was aborted before', async () => {
    const reason = new Error('too late');
    await expect(decompressing(GENEROUS, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('says that its files are the trouble', async () => {
    await expect(decompressing()).rejects.toBeInstanceOf(ConversionUnavailable);
    await writeFile(from, gzipSync('data'));
    to = join(folder, 'missing', 'to');
    await expect(decompressing()).rejects.toBeInstanceOf(ConversionUnavailable);
  });

  it('goes on with other files after one was aborted', async () => {
    await writeFile(from, Buffer.concat([xzZeros(), xzZeros()]));
    const abort = new AbortController();
    await expect(decompressing(GENEROUS, abort.signal, () => abort.abort())).rejects.toThrow();
    expect(md5(await decompressed(xzText()))).toBe(TEXT_MD5);
  });
});
