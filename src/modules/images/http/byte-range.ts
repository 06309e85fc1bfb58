import { badRequest, HttpProblem } from '../../../http/http-problem.js';
import type { ByteRange } from '../../../stores/image-store.js';

/**
 * The part of an image that a download asks for by `Range`, or by the older `Content-Range` in a request.
 * @returns null when all of it is wanted
 * @throws HttpProblem 416 when the range is malformed or starts behind the end, 400 for several ranges
 */
export function parseByteRange(
  headers: Readonly<{ range?: string | undefined; 'content-range'?: string | undefined }>,
  sizeBytes: number,
): ByteRange | null {
  if (headers.range !== undefined) return parseRange(headers.range, sizeBytes);
  if (headers['content-range'] !== undefined) return parseContentRange(headers['content-range'], sizeBytes);
  return null;
}

const unsatisfiable = (detail: string): HttpProblem => new HttpProblem(416, null, detail);

/** Blanks belong to one part of the pattern only, so that many of them are not shared out in every possible way. */
const RANGE = /^bytes\s*=\s*(?:(\d+)\s*)?-\s*(\d*)$/i;

function parseRange(header: string, sizeBytes: number): ByteRange {
  if (header.includes(','))
    throw badRequest('Requests with multiple ranges are not supported: make one request for each range.');
  const match = RANGE.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) throw unsatisfiable(`Range header '${header}' is malformed.`);
  if (first === '') return suffix(Number(last), sizeBytes);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return between(Number(first), end, sizeBytes);
}

/** The last bytes; `-0` and suffixes longer than the image mean all of it. */
function suffix(wanted: number, sizeBytes: number): ByteRange {
  if (sizeBytes === 0) throw startBehindEnd(sizeBytes);
  const length = wanted === 0 ? sizeBytes : Math.min(wanted, sizeBytes);
  return { offset: sizeBytes - length, length };
}

function parseContentRange(header: string, sizeBytes: number): ByteRange {
  const match = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(header);
  if (match === null) throw unsatisfiable(`Content-Range header '${header}' is malformed.`);
  const [first, last, total] = [Number(match[1]), Number(match[2]), match[3]];
  if (last >= sizeBytes || (total !== '*' && last >= Number(total))) {
    throw unsatisfiable('Invalid stop position in Content-Range header: it lies behind the end of the image.');
  }
  return between(first, last, sizeBytes);
}

function between(first: number, last: number, sizeBytes: number): ByteRange {
  if (first >= sizeBytes) throw startBehindEnd(sizeBytes);
  if (last < first) throw unsatisfiable('Invalid range: it ends before it starts.');
  return { offset: first, length: last - first + 1 };
}

const startBehindEnd = (sizeBytes: number): HttpProblem =>
  unsatisfiable(
    `Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${String(sizeBytes - 1)}].`,
  );
