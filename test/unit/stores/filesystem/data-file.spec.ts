import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFile } from '../../../../src/stores/filesystem/data-file.js';
import { SlotMemory, SLOT_BYTES } from '../../../../src/stores/ingest/slot-memory.js';
import { StoreDuplicate } from '../../../../src/stores/stores.errors.js';

describe.each([{ directIo: true }, { directIo: false }])('a data file (direct I/O: $directIo)', ({ directIo }) => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hindsight-file-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const write = async (name: string, chunks: readonly Uint8Array[]): Promise<Buffer> => {
    const file = await DataFile.create(join(dir, name), { directIo });
    for (const chunk of chunks) await file.append(chunk);
    await file.sync();
    await file.close();
    expect(file.sizeBytes).toBe(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
    return readFile(join(dir, name));
  };

  it('writes page-aligned slots and a last one of odd length', async () => {
    const memory = new SlotMemory();
    const chunks = [SLOT_BYTES, SLOT_BYTES, 300_001].map((lengthBytes, slot) => {
      const view = memory.view(slot, lengthBytes);
      view.set(randomBytes(lengthBytes));
      return view;
    });
    const expected = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
    expect((await write('slots', chunks)).equals(expected)).toBe(true);
  });

  it('writes chunks that direct I/O cannot take: odd addresses, odd lengths in the middle', async () => {
    const bytes = randomBytes(4 * SLOT_BYTES);
    const chunks = [
      bytes.subarray(1, SLOT_BYTES + 1),
      bytes.subarray(SLOT_BYTES + 1, 2 * SLOT_BYTES),
      bytes.subarray(2 * SLOT_BYTES),
    ];
    expect((await write('odd', chunks)).equals(bytes.subarray(1))).toBe(true);
  });

  it('never writes over another file', async () => {
    await write('taken', [Buffer.from('first')]);
    await expect(DataFile.create(join(dir, 'taken'), { directIo })).rejects.toBeInstanceOf(StoreDuplicate);
    expect((await readFile(join(dir, 'taken'))).toString()).toBe('first');
  });
});
