import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecompressionFailed } from '../../../src/conversion/conversion.errors.js';
import { decompressFile } from '../../../src/conversion/decompress-file.js';
import { describeWithBackend } from '../../support/backends.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';

/** Of every kind of entropy: random, repeated, in runs of all lengths, empty. */
function sample(): Buffer {
  const words = Buffer.from('event image store task raw qcow2 stream fold '.repeat(40_000));
  for (let at = 0; at < words.length; at += 97) words[at] = (at * 31) & 0xff;
  const runs = Array.from({ length: 600 }, (_, index) => Buffer.alloc(index, index % 7));
  return Buffer.concat([randomBytes(300_000), words, ...runs, Buffer.alloc(2_000_000)]);
}

const data = sample();

/** What the service makes of what a program has made of the data. */
async function roundTrip(folder: string, program: string, options: readonly string[]): Promise<Buffer> {
  const [from, to, extension] = [join(folder, 'data'), join(folder, 'to'), program === 'xz' ? 'xz' : 'bz2'];
  await writeFile(from, data);
  expectSuccess(await runCommand(program, ['--keep', '--force', ...options, from], {}));
  const limits = { maxBytes: 2 * data.length, maxRatio: 1000 };
  const { signal } = new AbortController();
  await decompressFile({ from: `${from}.${extension}`, to, limits, signal });
  return readFile(to);
}

describe.each(['bzip2', 'xz'])('data compressed with %s', (program) => {
  describeWithBackend(program, isInstalled(program), () => {
    let folder: string;
    beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tools-'))));
    afterEach(() => rm(folder, { recursive: true }));

    it.each(['-1', '-2', '-6', '-9'])('comes back as it was with %s', async (level) => {
      expect((await roundTrip(folder, program, [level])).equals(data)).toBe(true);
    });

    if (program !== 'xz') return;

    it.each(['--check=none', '--check=crc32', '--block-size=262144', '--lzma2=dict=64MiB'])(
      'comes back as it was with %s',
      async (option) => {
        expect((await roundTrip(folder, program, [option])).equals(data)).toBe(true);
      },
    );

    it.each([['--check=sha256'], ['--lzma2=dict=128MiB'], ['--x86', '--lzma2']])(
      'is refused with %s',
      async (...options) => {
        await expect(roundTrip(folder, program, options)).rejects.toBeInstanceOf(DecompressionFailed);
      },
    );
  });
});
