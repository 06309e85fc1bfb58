import { UrlForbidden } from './outbound.errors.js';
import { readUrl } from './written-url.js';

/** Where an export goes, taken apart. */
export type ExportTarget = Readonly<
  { kind: 'http'; origin: string; path: string } | { kind: 's3'; origin: string; bucket: string; path: string }
>;

const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\x21-\x22\x24-\x3e\x40-\x5b\x5d-\x7e]*))?$/;

/**
 * Understands `http://`, `https://` and `s3://bucket/key`; the key of an S3 URL is taken as it stands, without
 * decoding.
 * @throws UrlForbidden when it is none of these, or can be read in two ways
 */
export function readTarget(text: string): ExportTarget {
  const target = /^s3:/i.test(text) ? readS3(text) : readHttp(text);
  if (target.path.split('/').some(climbs)) throw new UrlForbidden('The URL is not allowed: its path leads elsewhere');
  return target;
}

/**
 * Whether a URL begins with one of the prefixes: the same scheme, host and port or bucket, and a path that begins with
 * all segments of the prefix's path.
 * @throws UrlForbidden as `readTarget`
 */
export function isAllowedTarget(url: string, prefixes: readonly string[]): boolean {
  const target = readTarget(url);
  return prefixes.map(readTarget).some(({ origin, path }) => origin === target.origin && isBelow(target.path, path));
}

function readS3(text: string): ExportTarget {
  const [, bucket, key = ''] = S3_URL.exec(text) ?? [];
  if (bucket === undefined) throw new UrlForbidden('The URL is not allowed: it is not a plain S3 URL');
  return { kind: 's3', origin: `s3://${bucket}`, bucket, path: key };
}

function readHttp(text: string): ExportTarget {
  const { url } = readUrl(text);
  if (!/^https?:$/.test(url.protocol)) throw new UrlForbidden('The URL is not allowed: its scheme is not allowed');
  // The parser has resolved what climbs, so the text is looked at.
  const path = /^[^/]+\/\/[^/?#]*\/?([^?#]*)/.exec(text)?.[1] ?? '';
  return { kind: 'http', origin: url.origin, path };
}

/** `..` in every disguise, also where a server decodes what a parser leaves alone, or drops what follows a semicolon. */
const climbs = (segment: string): boolean => {
  const decoded = segment.replace(/%25/gi, '%').replace(/%2e/gi, '.');
  return /^\.{1,2}(;|%3b|$)/i.test(decoded) || /%2f|%5c|%00/i.test(decoded);
};

function isBelow(path: string, prefix: string): boolean {
  const base = prefix.replace(/\/+$/, '');
  return base === '' || path === base || path.startsWith(`${base}/`);
}
