import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { bytesUpTo } from '../../kernel/bounded-bytes.js';
import { KeyManagerUnavailable } from '../key-manager.errors.js';

const TIMEOUT_MS = 10_000;
/** No certificate comes near it. */
const LARGEST_ANSWER_BYTES = 1024 ** 2;

export type BarbicanAnswer = Readonly<{ status: number; body: Uint8Array }>;

/** Sends requests to a Barbican, over connections that are kept; idle ones keep no process alive. */
export class BarbicanHttp {
  private readonly plain = new http.Agent({ keepAlive: true });
  private secure: Promise<https.Agent> | null = null;

  constructor(private readonly tls: Readonly<{ verify: boolean; caFile: string | null }>) {}

  /** @throws KeyManagerUnavailable when there is no answer in time */
  async send(
    method: 'GET' | 'DELETE',
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<BarbicanAnswer> {
    try {
      return await this.exchange(method, url, headers);
    } catch (cause) {
      throw new KeyManagerUnavailable('The key manager does not answer', {}, { cause });
    }
  }

  private async exchange(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<BarbicanAnswer> {
    const isSecure = url.startsWith('https:');
    const agent = isSecure ? await this.secureAgent() : this.plain;
    const options: http.RequestOptions = { method, agent, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
    return new Promise((resolve, reject) => {
      const send = isSecure ? https.request : http.request;
      const request = send(url, options, (response) => void readAnswer(response).then(resolve, reject));
      request.on('error', reject);
      request.end();
    });
  }

  private secureAgent(): Promise<https.Agent> {
    this.secure ??= this.openSecureAgent();
    return this.secure;
  }

  private async openSecureAgent(): Promise<https.Agent> {
    const { verify, caFile } = this.tls;
    const ca = caFile === null ? {} : { ca: await readFile(caFile) };
    return new https.Agent({ keepAlive: true, rejectUnauthorized: verify, ...ca });
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<BarbicanAnswer> {
  const body = await bytesUpTo(LARGEST_ANSWER_BYTES, response as AsyncIterable<Buffer>);
  if (body === null) throw new Error(`the answer is longer than ${LARGEST_ANSWER_BYTES} bytes`);
  return { status: response.statusCode ?? 0, body };
}
