import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 30_000;
const agent = new Agent({ keepAlive: true });

/** Sends one request just as it is told. @returns its status, headers and body */
export function send(baseUrl, { method, path, headers, body, chunked }) {
  const { hostname, port } = new URL(baseUrl);
  const length = body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`${method} ${path}: no answer from ${baseUrl}`)));
    sent.once('error', reject).once('response', (response) => {
      const answer = (found) => resolve({ status: response.statusCode, headers: response.headers, body: found });
      text(response).then(answer, reject);
    });
    sent.end(body);
  });
}

export const closeConnections = () => agent.destroy();
