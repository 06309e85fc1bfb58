import { UrlForbidden } from './outbound.errors.js';

/** A URL that nobody can read in two ways. */
export type WrittenUrl = Readonly<{
  url: URL;
  /** Lower case, an IPv6 address without its brackets. */
  host: string;
  /** Null when none is written. */
  port: number | null;
}>;

// Parsers disagree about these, or silently remove them.
const AMBIGUOUS = /[\\\x00-\x20\x7f]/;
const PARTS = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[^/?#@[\]]*\]|[^/?#@[\]:]*)(?::(\d*))?(?:[/?#]|$)/i;

/**
 * Looks at the text itself, because the parser turns `http://2130706433/`, `http://0x7f.1/` and `http://%6c%6fcalhost/`
 * into something that looks harmless to those who read them otherwise. A host must be written as it is meant.
 * @throws UrlForbidden
 */
export function readUrl(text: string): WrittenUrl {
  const [, scheme, host, port] = PARTS.exec(text) ?? [];
  if (scheme === undefined || host === undefined || AMBIGUOUS.test(text)) throw forbidden('it is not a plain URL');
  if (host === '') throw forbidden('it names no host');
  const url = URL.parse(text);
  if (url?.hostname !== host.toLowerCase()) throw forbidden('its host is not in canonical form');
  return { url, host: url.hostname.replace(/^\[|\]$/g, ''), port: port ? Number(port) : null };
}

/** A refusal that names neither the URL nor what was found out about it. */
export const forbidden = (reason: string): UrlForbidden =>
  new UrlForbidden(`The URL is not allowed: ${reason}`, { reason });
