import { createHash } from 'node:crypto';
import { SizeLimitExceeded } from '../stores/stores.errors.js';
import { fileMatches, type Checksum } from './checksum.js';
import { announcedBy, rangeHeaders, type AnnouncedData } from './download-answer.js';
import type { HttpAnswer } from './http-answer.js';
import type { HttpClient, HttpGet } from './http-client.js';
import { RemoteDataInvalid, RemoteUnavailable } from './outbound.errors.js';
import { PartialFile } from './partial-file.js';

export type Download = Readonly<{
  url: string;
  /** Where to; its folder exists. A record is kept beside it, `<file>.meta`. */
  file: string;
  /** What the data has to be. */
  expected?: Readonly<{ bytes?: number; checksum?: Checksum }>;
  maxBytes: number;
  signal: AbortSignal;
  /** Called for every piece, so often. */
  onProgress?: (bytesDone: number, bytesExpected: number | null) => void;
  /** Sent to the origin of the URL only, whatever it redirects to. */
  secretHeaders?: HttpGet['secretHeaders'];
}>;

export type Downloaded = Readonly<{ sizeBytes: number; checksumVerified: boolean }>;

const RANGE_NOT_SATISFIABLE = 416;

/** Fetches data into files, and goes on where an earlier attempt broke off if the server can. */
export class HttpDownloads {
  constructor(private readonly client: HttpClient) {}

  /**
   * What was fetched stays for the next attempt when it may heal, and is removed when it will not. Repeating a download
   * that is complete only verifies the file.
   * @throws RemoteUnavailable: worth another attempt
   * @throws UrlForbidden, RemoteRefused, RemoteDataInvalid, SizeLimitExceeded; StoreFull and others when the disk fails;
   * or the reason of the signal
   */
  async downloadToFile(download: Download): Promise<Downloaded> {
    const partial = await PartialFile.open(download.file, sourceOf(download));
    try {
      if (!partial.known.complete) await this.fetch(download, partial);
      return await verified(download, partial);
    } catch (error) {
      if (error instanceof RemoteDataInvalid || error instanceof SizeLimitExceeded) await partial.discard();
      throw error;
    } finally {
      await partial.close();
    }
  }

  private async fetch(download: Download, partial: PartialFile): Promise<void> {
    const range = rangeHeaders(partial.known);
    const isRangeAsked = 'range' in range;
    const { url, signal, secretHeaders } = download;
    const answer = await this.client.get({ url, signal, headers: range, ...(secretHeaders && { secretHeaders }) });
    try {
      if (isRangeAsked && answer.status === RANGE_NOT_SATISFIABLE) {
        answer.discard();
        await partial.begin(0, { validator: null, totalBytes: null });
        await this.fetch(download, partial);
        return;
      }
      const announced = announcedBy(answer, partial.known, isRangeAsked);
      const expectedBytes = agreedSize(announced, download);
      await partial.begin(announced.fromBytes, { validator: announced.validator, totalBytes: expectedBytes });
      await receive(answer, partial, download);
    } finally {
      answer.discard();
    }
  }
}

/** @returns null when nobody knows the size */
function agreedSize({ totalBytes }: AnnouncedData, { expected, maxBytes }: Download): number | null {
  const expectedBytes = expected?.bytes ?? totalBytes;
  if (totalBytes !== null && totalBytes !== expectedBytes)
    throw new RemoteDataInvalid(`The server has ${totalBytes} bytes instead of ${String(expectedBytes)}`);
  if ((expectedBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return expectedBytes;
}

async function receive(answer: HttpAnswer, partial: PartialFile, download: Download): Promise<void> {
  const { totalBytes } = partial.known;
  const beganAtBytes = partial.sizeBytes;
  try {
    for await (const chunk of answer.body()) {
      const sizeBytes = partial.sizeBytes + chunk.length;
      if (sizeBytes > (totalBytes ?? Infinity)) throw wrongSize('more than', totalBytes);
      if (sizeBytes > download.maxBytes) throw tooLarge(download.maxBytes);
      await partial.append(chunk);
      download.onProgress?.(sizeBytes, totalBytes);
    }
  } catch (error) {
    await partial.checkpoint({});
    if (error instanceof RemoteUnavailable && error.details['closed'] === true) await noteCut(partial, beganAtBytes);
    throw error;
  }
  if (partial.sizeBytes < (totalBytes ?? 0)) throw wrongSize('fewer than', totalBytes);
  await partial.checkpoint({ complete: true });
}

/**
 * A server that ends a transfer early may have been stopped. One that does it twice at the same byte does not have what
 * it announces.
 */
async function noteCut(partial: PartialFile, beganAtBytes: number): Promise<void> {
  const { sizeBytes, known } = partial;
  if (sizeBytes > beganAtBytes && sizeBytes === known.cutAtBytes) throw wrongSize('fewer than', known.totalBytes);
  // Nothing of the rest came: the next attempt begins again, to find out where it ends then.
  const distrust = sizeBytes === beganAtBytes ? { validator: null } : {};
  await partial.checkpoint({ cutAtBytes: sizeBytes, ...distrust });
}

async function verified({ file, expected, signal }: Download, { sizeBytes }: PartialFile): Promise<Downloaded> {
  if (expected?.bytes !== undefined && expected.bytes !== sizeBytes) throw wrongSize('other than', expected.bytes);
  const { checksum } = expected ?? {};
  if (checksum !== undefined && !(await fileMatches(file, checksum, signal)))
    throw new RemoteDataInvalid(`The ${checksum.algorithm} checksum of the data is not the expected one`);
  return { sizeBytes, checksumVerified: checksum !== undefined };
}

/** The URL itself may hold secrets. */
const sourceOf = ({ url }: Download): string => createHash('sha256').update(url).digest('hex');

const wrongSize = (relation: string, bytes: number | null): RemoteDataInvalid =>
  new RemoteDataInvalid(`The server sends ${relation} the expected ${String(bytes)} bytes`, { expectedBytes: bytes });

const tooLarge = (maxBytes: number): SizeLimitExceeded =>
  new SizeLimitExceeded(`The data is larger than ${maxBytes} bytes`, { maxBytes });
