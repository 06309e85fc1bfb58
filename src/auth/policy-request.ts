import * as http from 'node:http';
import * as https from 'node:https';
import type { AppConfig } from '../config/app-config.js';
import { bytesUpTo } from '../kernel/bounded-bytes.js';

type Settings = Pick<AppConfig['policy']['remote'], 'contentType' | 'timeoutS'>;

/** An answer is `True` or something else; more than this nobody needs to read. */
const LARGEST_ANSWER_BYTES = 1024;

/**
 * Posts a question, as a form of JSON texts or as one JSON object, and reads the answer. Redirects are not followed.
 * @returns an empty text for an answer that is no success
 * @throws what keeps an answer from coming in time, also an error of the server
 */
export async function postQuestion(
  url: string,
  question: Readonly<Record<string, unknown>>,
  settings: Settings,
  secureAgent: https.Agent,
): Promise<string> {
  const isJson = settings.contentType === 'application/json';
  const body = isJson ? JSON.stringify(question) : formOf(question);
  const isSecure = url.startsWith('https:');
  const send = isSecure ? https.request : http.request;
  const options: https.RequestOptions = {
    method: 'POST',
    signal: AbortSignal.timeout(settings.timeoutS * 1000),
    headers: { 'content-type': settings.contentType, 'content-length': Buffer.byteLength(body) },
    ...(isSecure && { agent: secureAgent }),
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = send(url, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
  return readAnswer(response);
}

const formOf = (question: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(question).map(([name, value]): [string, string] => [name, JSON.stringify(value)]),
  ).toString();

async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const status = response.statusCode ?? 0;
  const body = await bytesUpTo(LARGEST_ANSWER_BYTES, response as AsyncIterable<Buffer>);
  if (status >= 500) throw new Error(`status ${status}`);
  if (status >= 300 || body === null) return ''; // an answer that is longer is no yes, whatever it is
  return body.toString();
}
