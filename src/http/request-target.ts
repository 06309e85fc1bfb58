/** First path segments that are served as they are, beside the API and its version document. */
const MOUNTS: ReadonlySet<string> = new Set(['healthcheck', 'metrics', 'identity']);

const VERSIONED_MEDIA_TYPE = 'application/vnd.openstack.images-';

/** A target that the router refuses with 400. */
const UNDECODABLE = '/%';

const VERSION_DOCUMENT = '/';

/**
 * Brings a request target into the form that is routed: path canonically escaped (an escaped slash separates, and
 * several in a row are one: endpoints are often written with a slash at their end), the version chosen by path or media type, minor versions folded into `/v2`, unknown ones into the version document.
 * @param versions `v2` and the advertised minor versions
 */
export function routedTarget(target: string, accept: string | undefined, versions: ReadonlySet<string>): string {
  const byMediaType = accept?.startsWith(VERSIONED_MEDIA_TYPE) === true;
  if (!byMediaType && target.startsWith('/v2/') && !/[%\x80-\xff]|\/\//.test(target)) return target;
  const { path, query } = split(escapeBytes(originForm(target)));
  const canonical = canonicalPath(path);
  if (canonical === null) return UNDECODABLE;
  const version = byMediaType ? accept.slice(VERSIONED_MEDIA_TYPE.length) : null;
  return routedPath(canonical, version, versions) + query;
}

function routedPath(path: string, mediaTypeVersion: string | null, versions: ReadonlySet<string>): string {
  const first = firstSegment(path);
  if (MOUNTS.has(first)) return path;
  if (first === 'versions') return '/versions';
  if (mediaTypeVersion !== null) return versions.has(mediaTypeVersion) ? `/v2${path}` : VERSION_DOCUMENT;
  return versions.has(first) ? `/v2${path.slice(1 + first.length)}` : VERSION_DOCUMENT;
}

function firstSegment(path: string): string {
  const end = path.indexOf('/', 1);
  return path.slice(1, end === -1 ? undefined : end);
}

/** Proxies may send an absolute URL. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) return VERSION_DOCUMENT;
  return path.startsWith('/') ? path : `/${path}`;
}

/** Bytes above ASCII reach us as Latin-1 characters, but clients mean UTF-8. */
const escapeBytes = (target: string): string =>
  target.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);

function split(target: string): { path: string; query: string } {
  const end = target.search(/[?#]/);
  return end === -1 ? { path: target, query: '' } : { path: target.slice(0, end), query: target.slice(end) };
}

function canonicalPath(path: string): string | null {
  try {
    return decodeURIComponent(path).split(/\/+/).map(encodeURIComponent).join('/');
  } catch {
    return null;
  }
}
