import { request as openRequest } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type HttpHeaders = Readonly<Record<string, string>>;

export type HttpRequest = Readonly<{
  method: string;
  /** Sent as it is: neither normalised nor escaped. */
  path: string;
  headers?: HttpHeaders;
  body?: string | Uint8Array;
  /** Sends the body with `Transfer-Encoding: chunked` instead of a length. */
  chunked?: boolean;
}>;

export type HttpResponse = Readonly<{
  /** `GET /v2/images`, for messages of failed expectations. */
  request: string;
  status: number;
  reason: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  json: any;
}>;

/** A request whose body is sent piece by piece by the test. */
export type OpenRequest = Readonly<{
  /** Resolves when the piece was handed to the operating system. */
  write: (piece: Uint8Array) => Promise<void>;
  end: () => void;
  /** Breaks the connection. */
  destroy: () => void;
  response: Promise<HttpResponse>;
}>;

const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const describeResponse = async (request: string, message: IncomingMessage): Promise<HttpResponse> => {
  const body = await readAll(message);
  const text = body.toString('utf8');
  return {
    request,
    status: message.statusCode ?? 0,
    reason: message.statusMessage ?? '',
    headers: message.headers,
    body,
    text,
    json: parseJson(text),
  };
};

const responseTo = (name: string, outgoing: ClientRequest): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    // A server may answer and close before it has read the body: then the answer counts, not the broken pipe.
    let answered = false;
    outgoing.on('response', (message) => {
      answered = true;
      describeResponse(name, message).then(resolve, reject);
    });
    outgoing.on('error', (error) => {
      if (!answered) reject(new Error(`${name}: ${error.message}`, { cause: error }));
    });
  });

/** Starts a request with nothing but the given headers (and Host); there is no default Accept. */
export function openHttpRequest(baseUrl: string, request: Omit<HttpRequest, 'body'>): OpenRequest {
  const { hostname, port } = new URL(baseUrl);
  const { method, path, headers = {} } = request;
  const outgoing = openRequest({ hostname, port, method, path, headers, agent: false });
  const response = responseTo(`${method} ${path}`, outgoing);
  response.catch(() => undefined); // a test that breaks the connection does not look at the response
  return {
    write: (piece) =>
      new Promise((resolve, reject) => {
        outgoing.write(piece, (error) => (error ? reject(error) : resolve()));
      }),
    end: () => void outgoing.end(),
    destroy: () => void outgoing.destroy(),
    response,
  };
}

/** Sends a whole request and waits for the whole response. */
export async function sendHttpRequest(baseUrl: string, request: HttpRequest): Promise<HttpResponse> {
  const { body, chunked = false, headers = {} } = request;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const framing: HttpHeaders =
    bytes === undefined
      ? {}
      : chunked
        ? { 'Transfer-Encoding': 'chunked' }
        : { 'Content-Length': String(bytes.length) };
  const open = openHttpRequest(baseUrl, { ...request, headers: { ...framing, ...headers } });
  if (bytes !== undefined && bytes.length > 0) {
    // Whoever answers early may never read the rest.
    await Promise.race([open.write(bytes), open.response]).catch(() => undefined);
  }
  open.end();
  return open.response;
}
