import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { bytesUpTo } from '../../kernel/bounded-bytes.js';
import { DomainError } from '../../kernel/domain-error.js';
import { IdentityUnavailable } from '../auth.errors.js';

const TIMEOUT_S = 10;
const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;

/** The address or the CA file of Keystone is unusable. Occurs at start only: the operator corrects the option. */
export class KeystoneSettingsInvalid extends DomainError {
  readonly code = 'auth.keystone_settings_invalid';
}

/** Where a Keystone is, and how its certificate is judged. `group` names the options for messages. */
export type KeystoneAddress = Readonly<{
  authUrl: string;
  caFile: string | null;
  insecure: boolean;
  group?: string;
  timeoutS?: number;
}>;

type KeystoneRequest = Readonly<{
  method: 'GET' | 'POST';
  /** Below `/v3`, with a leading slash. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: object;
}>;

export type KeystoneAnswer = Readonly<{ status: number; headers: http.IncomingHttpHeaders; text: string }>;

/** Sends requests to a Keystone, over connections that are kept; idle ones keep no process alive. */
export class KeystoneHttp {
  private constructor(
    private readonly baseUrl: string,
    private readonly agent: http.Agent,
    private readonly timeoutMs: number,
  ) {}

  /** @throws KeystoneSettingsInvalid */
  static async to(settings: KeystoneAddress): Promise<KeystoneHttp> {
    const { group = 'keystone_authtoken', timeoutS = TIMEOUT_S } = settings;
    const url = URL.parse(settings.authUrl);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new KeystoneSettingsInvalid(`[${group}] auth_url = "${settings.authUrl}" is no http or https URL`);
    }
    const timeoutMs = timeoutS * 1000;
    const trimmed = settings.authUrl.replace(/\/+$/, '');
    const baseUrl = trimmed.endsWith('/v3') ? trimmed : `${trimmed}/v3`;
    if (url.protocol === 'http:') return new KeystoneHttp(baseUrl, new http.Agent({ keepAlive: true }), timeoutMs);
    const ca = settings.caFile === null ? {} : { ca: await readCaFile(settings.caFile, group) };
    return new KeystoneHttp(
      baseUrl,
      new https.Agent({ keepAlive: true, rejectUnauthorized: !settings.insecure, ...ca }),
      timeoutMs,
    );
  }

  /** @throws IdentityUnavailable when there is no answer in time */
  async send(request: KeystoneRequest): Promise<KeystoneAnswer> {
    try {
      return await this.exchange(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new IdentityUnavailable(`Keystone does not answer: ${reason}`, {}, { cause: error });
    }
  }

  private exchange({ method, path, headers, body }: KeystoneRequest): Promise<KeystoneAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const url = `${this.baseUrl}${path}`;
    const options: http.RequestOptions = {
      method,
      agent: this.agent,
      signal: AbortSignal.timeout(this.timeoutMs),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? https.request : http.request;
      const request = send(url, options, (response) => void readAnswer(response).then(resolve, reject));
      request.on('error', reject);
      request.end(text);
    });
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<KeystoneAnswer> {
  const body = await bytesUpTo(LARGEST_ANSWER_BYTES, response as AsyncIterable<Buffer>);
  if (body === null) throw new Error(`the answer is longer than ${LARGEST_ANSWER_BYTES} bytes`);
  return { status: response.statusCode ?? 0, headers: response.headers, text: body.toString() };
}

async function readCaFile(path: string, group: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new KeystoneSettingsInvalid(`[${group}] cafile = "${path}" cannot be read`, {}, { cause: error });
  }
}
