import type { IncomingHttpHeaders } from 'node:http';
import type { DownloadRecord } from './download-record.js';
import type { HttpAnswer } from './http-answer.js';
import { RemoteDataInvalid } from './outbound.errors.js';

/** Which bytes a server is about to send. */
export type AnnouncedData = Readonly<{ fromBytes: number; totalBytes: number | null; validator: string | null }>;

const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/;

/** Asks for the rest of what was begun, provided that it is still the same. */
export function rangeHeaders({ safeBytes, validator }: DownloadRecord): Readonly<Record<string, string>> {
  if (safeBytes === 0 || validator === null) return {};
  return { range: `bytes=${safeBytes}-`, 'if-range': validator };
}

/**
 * Takes the headers of an answer at their word, as long as they agree with each other and with what was asked.
 * @throws RemoteDataInvalid, RemoteUnavailable, RemoteRefused
 */
export function announcedBy(answer: HttpAnswer, known: DownloadRecord, isRangeAsked: boolean): AnnouncedData {
  const { status, headers } = answer;
  const isPart = status === 206 && isRangeAsked;
  if (status !== 200 && !isPart) throw status === 206 ? invalid('a part that nobody asked for') : answer.refusal();
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw invalid('data in an encoding that nobody asked for');
  const lengthBytes = lengthOf(headers);
  const validator = validatorOf(headers);
  if (!isPart) return { fromBytes: 0, totalBytes: lengthBytes, validator };
  return { ...restBy(headers, known, lengthBytes), validator: validator ?? known.validator };
}

function restBy(
  headers: IncomingHttpHeaders,
  known: DownloadRecord,
  lengthBytes: number | null,
): Pick<AnnouncedData, 'fromBytes' | 'totalBytes'> {
  const [, first, last, total] = CONTENT_RANGE.exec(headers['content-range'] ?? '') ?? [];
  const [fromBytes, endBytes] = [Number(first), Number(last) + 1];
  const totalBytes = total === '*' ? endBytes : Number(total);
  const agrees =
    fromBytes === known.safeBytes &&
    endBytes === totalBytes &&
    (lengthBytes ?? endBytes - fromBytes) === endBytes - fromBytes &&
    totalBytes === (known.totalBytes ?? totalBytes);
  if (!agrees) throw invalid('another part than was asked for');
  return { fromBytes, totalBytes };
}

// The parser has refused lengths that are no numbers.
const lengthOf = (headers: IncomingHttpHeaders): number | null =>
  headers['content-length'] === undefined ? null : Number(headers['content-length']);

/** A weak ETag does not vouch for every byte. */
function validatorOf({ etag, 'last-modified': lastModified }: IncomingHttpHeaders): string | null {
  return etag?.startsWith('"') === true ? etag : (lastModified ?? null);
}

const invalid = (what: string): RemoteDataInvalid => new RemoteDataInvalid(`The server sends ${what}`);
