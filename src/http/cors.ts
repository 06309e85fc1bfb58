import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CorsRule } from '../config/app-config.js';

const ANY = '*';

/** Headers that may be sent without being allowed, as other services of the cloud have it. */
const SIMPLE_HEADERS = [
  ...['Accept', 'Accept-Language', 'Content-Type', 'Cache-Control', 'Content-Language', 'Expires', 'Last-Modified'],
  'Pragma',
];

/**
 * Tells browsers which web pages may use the API, in the way of oslo.middleware: what is not allowed is answered like any
 * other request, but without the headers that the browser needs.
 */
export class Cors {
  /** @param rules by origin; `*` is any that has no rule of its own */
  constructor(private readonly rules: ReadonlyMap<string, CorsRule>) {}

  get isOff(): boolean {
    return this.rules.size === 0;
  }

  /** Sets the headers of an answer. */
  allow(request: FastifyRequest, reply: FastifyReply): void {
    const found = this.find(request);
    if (found === null) return;
    const { origin, rule } = found;
    setCommon(reply, origin, rule);
    if (rule.exposeHeaders.length > 0) void reply.header('access-control-expose-headers', rule.exposeHeaders.join(','));
  }

  /** Sets the headers of the answer to a browser that asks before it sends the request itself. */
  allowPreflight(request: FastifyRequest, reply: FastifyReply): void {
    const found = this.find(request);
    const method = request.headers['access-control-request-method'];
    if (found === null || method === undefined) return;
    const { origin, rule } = found;
    const wanted = listOf(request.headers['access-control-request-headers']);
    if (!rule.allowMethods.includes(method) || !allAllowed(wanted, rule)) return;
    setCommon(reply, origin, rule);
    if (rule.maxAgeS > 0) void reply.header('access-control-max-age', String(rule.maxAgeS));
    void reply.header('access-control-allow-methods', method);
    if (wanted.length > 0) void reply.header('access-control-allow-headers', wanted.join(','));
  }

  private find({ headers }: FastifyRequest): Readonly<{ origin: string; rule: CorsRule }> | null {
    const { origin } = headers;
    if (origin === undefined) return null;
    for (const known of [origin, ANY]) {
      const rule = this.rules.get(known);
      if (rule !== undefined) return { origin: known, rule };
    }
    return null;
  }
}

function setCommon(reply: FastifyReply, origin: string, { allowCredentials }: CorsRule): void {
  void reply.header('vary', 'Origin').header('access-control-allow-origin', origin);
  if (allowCredentials) void reply.header('access-control-allow-credentials', 'true');
}

function allAllowed(wanted: readonly string[], { allowHeaders }: CorsRule): boolean {
  const allowed = new Set([...allowHeaders, ...SIMPLE_HEADERS].map((name) => name.toLowerCase()));
  return wanted.every((name) => allowed.has(name.toLowerCase()));
}

const listOf = (header: string | undefined): readonly string[] =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
