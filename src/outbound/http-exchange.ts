import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { DomainError } from '../kernel/domain-error.js';
import { connectionFault } from './connection-faults.js';
import { HttpAnswer } from './http-answer.js';
import type { IpAddress } from './local-addresses.js';
import { RemoteRefused } from './outbound.errors.js';
import { StallWatch } from './stall-watch.js';
import type { UploadSource } from './upload-source.js';
import type { AdmittedUrl } from './url-filter.js';

const LONGEST_HEAD_BYTES = 32 * 1024;

/** One request, to one server. */
export type Exchange = Readonly<{
  method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: UploadSource;
  /** Called while the body is being sent. */
  onSent?: (bytes: number) => void;
  signal: AbortSignal;
  /** Longest time without a byte, and until the head of the answer is complete after the last byte was sent. */
  stallTimeoutMs: number;
  /** How the certificate of an https server is judged; without it, by the authorities that the system knows. */
  tls?: TlsTrust;
}>;

export type TlsTrust = Readonly<{
  /** Any certificate will do. */
  insecure: boolean;
  /** Certificates to trust instead of the system's, in PEM. */
  ca: string | null;
}>;

/**
 * Sends a request over a connection of its own to one of the admitted addresses, directly: proxies that the environment
 * names would connect to where they like. Resolves with the head of the answer, whatever its status.
 * @throws RemoteUnavailable, RemoteRefused, RemoteDataInvalid, or the reason of the signal
 */
export async function exchange(to: AdmittedUrl, asked: Exchange): Promise<HttpAnswer> {
  asked.signal.throwIfAborted();
  const watch = new StallWatch(asked.stallTimeoutMs);
  const sourceFailed = new AbortController();
  const signal = AbortSignal.any([asked.signal, watch.signal, sourceFailed.signal]);
  const request = openRequest(to, asked, signal);
  watch.wait();
  try {
    const head = answerTo(request, watch, signal);
    const sending = send(request, asked, watch).catch((error: unknown) => sourceFailed.abort(error));
    const answer = await head;
    if (answer.status < 300) await sending;
    signal.throwIfAborted();
    return answer;
  } catch (error) {
    request.destroy();
    signal.throwIfAborted();
    throw error instanceof DomainError ? error : connectionFault(error, request.socket);
  } finally {
    watch.rest();
  }
}

function openRequest({ url, addresses }: AdmittedUrl, asked: Exchange, signal: AbortSignal): http.ClientRequest {
  const send = url.protocol === 'https:' ? https.request : http.request;
  const length = asked.body === undefined ? {} : { 'content-length': String(asked.body.sizeBytes) };
  return send({
    ...trustOf(asked.tls),
    method: asked.method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || null,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'Hindsight', accept: '*/*', ...length, ...asked.headers },
    agent: false,
    lookup: pinnedTo(addresses),
    maxHeaderSize: LONGEST_HEAD_BYTES,
    signal,
  });
}

/** Who names certificates to trust wants them verified. */
function trustOf(tls: TlsTrust | undefined): Readonly<{ ca?: string; rejectUnauthorized?: boolean }> {
  if (tls === undefined) return {};
  return tls.ca === null ? { rejectUnauthorized: !tls.insecure } : { ca: tls.ca };
}

/** Answers every look-up with the addresses that were found and judged before. */
const pinnedTo =
  (addresses: readonly IpAddress[]): LookupFunction =>
  (hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0);
  };

function answerTo(request: http.ClientRequest, watch: StallWatch, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    // Made at once: what is wrong with the answer may be told before a promise could be awaited.
    request.once('response', (response) => resolve(new HttpAnswer(request, response, watch, signal)));
    request.on('error', reject);
    request.once('upgrade', (_, socket) => {
      socket.destroy();
      reject(new RemoteRefused('The server wants to speak another protocol'));
    });
    // Says nothing new behind an answer or an error; a connection that ends without either must not be waited for.
    request.once('close', () => reject(new Error('The connection was closed')));
  });
}

/** Sends the body until its end, or until nobody wants more of it. Rejects when the source fails. */
async function send(request: http.ClientRequest, { body, onSent }: Exchange, watch: StallWatch): Promise<void> {
  const early = { refusal: false };
  request.once('response', ({ statusCode = 0 }) => (early.refusal = statusCode >= 300));
  let sentBytes = 0;
  for await (const chunk of body?.open() ?? []) {
    if (early.refusal) return;
    sentBytes += chunk.byteLength;
    checkLength(sentBytes <= (body?.sizeBytes ?? 0));
    watch.wait();
    if (!(await written(request, chunk))) return;
    onSent?.(sentBytes);
  }
  checkLength(sentBytes === (body?.sizeBytes ?? 0));
  request.end();
  watch.wait();
}

/** What does not fit its announced length would be taken for another request, or be waited for. */
function checkLength(fits: boolean): void {
  if (!fits) throw new Error('The data to be sent is not as long as was announced');
}

/** @returns false when the connection is gone: its own error, or an answer, tells why */
const written = (request: http.ClientRequest, chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    request.write(chunk, (error) => resolve(!error));
  });
