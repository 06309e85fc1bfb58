import type { HttpAnswer } from './http-answer.js';
import { exchange, type Exchange, type TlsTrust } from './http-exchange.js';
import { followRedirects } from './redirects.js';
import type { AdmittedUrl, UrlFilter } from './url-filter.js';

type Headers = Readonly<Record<string, string>>;

export type HttpGet = Readonly<{
  /** With the credentials that its server wants, if any. */
  url: string;
  headers?: Headers;
  /** Sent to the origin of the URL only, whatever it redirects to. */
  secretHeaders?: Headers;
  signal: AbortSignal;
}>;

export type HttpPut = HttpGet &
  Readonly<{
    body: NonNullable<Exchange['body']>;
    onSent?: (bytes: number) => void;
    /** Judges the URL and each redirect. */
    admit: (url: string) => Promise<AdmittedUrl>;
  }>;

export type HttpPost = HttpGet & Readonly<{ body: NonNullable<Exchange['body']> }>;

const GET_FOLLOWS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The others would turn the request into a GET. */
const PUT_FOLLOWS: ReadonlySet<number> = new Set([307, 308]);

/** Asks servers that clients have named. */
export class HttpClient {
  private readonly stallTimeoutMs: number;

  constructor(
    private readonly filter: UrlFilter,
    stallTimeoutS: number,
    private readonly tls?: TlsTrust,
  ) {
    this.stallTimeoutMs = stallTimeoutS * 1000;
  }

  /**
   * Each hop passes the filter. The answer may have any status.
   * @throws UrlForbidden, RemoteUnavailable, RemoteRefused, RemoteDataInvalid, or the reason of the signal
   */
  get(request: HttpGet): Promise<HttpAnswer> {
    return this.read('GET', request);
  }

  /** As `get`, without the body. */
  head(request: HttpGet): Promise<HttpAnswer> {
    return this.read('HEAD', request);
  }

  /**
   * The body is sent again to where a 307 or 308 leads.
   * @throws as `get`
   */
  put(request: HttpPut): Promise<HttpAnswer> {
    const { url, admit, body, onSent } = request;
    const ask = (to: AdmittedUrl, trusted: boolean): Promise<HttpAnswer> =>
      this.exchange(to, request, trusted, { method: 'PUT', body, ...(onSent && { onSent }) });
    return followRedirects({ url, follows: PUT_FOLLOWS, admit, ask });
  }

  /**
   * Sends to a URL whose host the operator has named. A redirect is an answer like any other.
   * @throws as `get`
   */
  async post(request: HttpPost): Promise<HttpAnswer> {
    const to = await this.filter.admitNamed(request.url);
    return this.exchange(to, request, true, { method: 'POST', body: request.body });
  }

  private read(method: 'GET' | 'HEAD', request: HttpGet): Promise<HttpAnswer> {
    const admit = (url: string): Promise<AdmittedUrl> => this.filter.admit(url);
    const ask = (to: AdmittedUrl, trusted: boolean): Promise<HttpAnswer> =>
      this.exchange(to, request, trusted, { method });
    return followRedirects({ url: request.url, follows: GET_FOLLOWS, admit, ask });
  }

  private exchange(
    to: AdmittedUrl,
    { headers, secretHeaders, signal }: HttpGet,
    trusted: boolean,
    part: Pick<Exchange, 'method' | 'body' | 'onSent'>,
  ): Promise<HttpAnswer> {
    const secrets = trusted ? { ...basicAuth(to.url), ...secretHeaders } : {};
    return exchange(to, {
      ...part,
      headers: { 'accept-encoding': 'identity', ...headers, ...secrets },
      signal,
      stallTimeoutMs: this.stallTimeoutMs,
      ...(this.tls && { tls: this.tls }),
    });
  }
}

function basicAuth({ username, password }: URL): Headers {
  if (username === '' && password === '') return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
