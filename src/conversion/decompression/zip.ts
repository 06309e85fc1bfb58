import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';
import type { Entry } from 'yauzl';
import { DecompressionFailed } from '../conversion.errors.js';
import type { Decoder } from './compressed-file.js';

const STORED = 0;
const DEFLATED = 8;
const FILE_KIND = 0o170000;
const REGULAR = 0o100000;

/** The only member of a zip archive. Its name is never looked at. */
export const zipData: Decoder = async function* ({ path }, signal) {
  const archive = await openPromise(path, { autoClose: false, decodeStrings: false });
  try {
    if (archive.entryCount !== 1) {
      throw new DecompressionFailed(`The archive holds ${archive.entryCount} members instead of one`);
    }
    for await (const entry of archive.eachEntry()) {
      mustBeReadable(entry);
      const pieces: AsyncIterable<Uint8Array> = await archive.openReadStreamPromise(entry);
      yield* checked(pieces, entry, signal);
    }
  } finally {
    archive.close();
  }
};

function mustBeReadable(entry: Entry): void {
  const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND;
  const isFolder = entry.fileNameRaw.at(-1) === 0x2f;
  if (isFolder || (kind !== 0 && kind !== REGULAR)) throw new DecompressionFailed('The archive holds no regular file');
  if (entry.isEncrypted()) throw new DecompressionFailed('The archive is encrypted');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new DecompressionFailed('The archive is compressed in a way that is not supported');
  }
}

async function* checked(
  pieces: AsyncIterable<Uint8Array>,
  entry: Entry,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  for await (const piece of pieces) {
    signal.throwIfAborted();
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (checksum !== entry.crc32) throw new Error('The checksum of the member is wrong');
}
