import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a file is served; without anything else: at once, whole, with its length and support for ranges. */
export type ServedFile = Readonly<{
  bytes: Buffer;
  /** Answers `Range` requests (with `If-Range`), so that a download can go on where it stopped. */
  ranges?: boolean;
  bytesPerS?: number;
  /** Sends so many bytes and then nothing more; the connection stays open. */
  stallsAfter?: number;
  /** Sends so many bytes of the first answers and then breaks the connection. */
  cutsAfter?: number;
  /** How many answers are cut; default: all. */
  cuts?: number;
  /** What it says the length was. */
  claimsLength?: number;
  /** What it says to HEAD that the length was. */
  headClaimsLength?: number;
  /** Where it sends whoever asks for the data, while it answers HEAD. */
  redirectsTo?: string;
  /** Sends nothing before this is fulfilled. */
  after?: Promise<unknown>;
}>;

type Behaviour =
  | Readonly<{ kind: 'file'; file: ServedFile }>
  | Readonly<{ kind: 'redirect'; to: string }>
  | Readonly<{ kind: 'status'; status: number }>;

const PIECE_BYTES = 64 * 1024;

/** Bytes that differ from place to place, the same for the same size and seed. */
export function patternOf(sizeBytes: number, seed = 'seed'): Buffer {
  const block = createHash('sha512').update(seed).digest();
  const bytes = Buffer.alloc(sizeBytes);
  for (let offset = 0; offset < sizeBytes; offset += block.length) {
    block.writeUInt32LE((offset / block.length) >>> 0, 0);
    block.copy(bytes, offset);
  }
  return bytes;
}

/** A web server on loopback that serves files, well or badly. */
export class WebServer {
  readonly requests: Readonly<{
    method: string;
    path: string;
    range: string | null;
    headers: IncomingMessage['headers'];
  }>[] = [];
  /** What was sent to it by PUT, by path. */
  readonly received = new Map<string, Buffer>();
  private readonly paths = new Map<string, Behaviour>();
  private readonly cutsLeft = new Map<string, number>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebServer> {
    const server = createServer();
    const web = new WebServer(server);
    server.on('request', (request, response) => void web.answer(request, response).catch(() => response.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return web;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** @returns the URL of the file */
  serve(path: string, file: ServedFile): string {
    this.paths.set(path, { kind: 'file', file });
    this.cutsLeft.set(path, file.cuts ?? Infinity);
    return this.url(path);
  }

  redirect(path: string, to: string): string {
    this.paths.set(path, { kind: 'redirect', to });
    return this.url(path);
  }

  refuse(path: string, status: number): string {
    this.paths.set(path, { kind: 'status', status });
    return this.url(path);
  }

  /** How often the path was asked for. */
  countOf(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const { method = 'GET', headers } = request;
    this.requests.push({ method, path, range: headers.range ?? null, headers });
    if (method === 'PUT') {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      this.received.set(path, Buffer.concat(pieces));
      response.writeHead(201).end();
      return;
    }
    const behaviour = this.paths.get(path);
    if (behaviour === undefined) response.writeHead(404).end();
    else if (behaviour.kind === 'redirect') response.writeHead(302, { Location: behaviour.to }).end();
    else if (behaviour.kind === 'status') response.writeHead(behaviour.status).end();
    else await this.send(path, behaviour.file, request, response);
  }

  private async send(
    path: string,
    file: ServedFile,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const from = file.ranges === false ? 0 : firstByteOf(request.headers.range);
    const rest = file.bytes.subarray(from);
    const etag = `"${createHash('md5').update(file.bytes).digest('hex')}"`;
    if (file.redirectsTo !== undefined && request.method !== 'HEAD') {
      response.writeHead(302, { Location: file.redirectsTo }).end();
      return;
    }
    response.writeHead(from > 0 ? 206 : 200, {
      'Content-Length': claimedLength(file, request.method) ?? rest.length,
      ETag: etag,
      ...(file.ranges !== false && { 'Accept-Ranges': 'bytes' }),
      ...(from > 0 && { 'Content-Range': `bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}` }),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await file.after;
    const cutAt = this.takeCut(path, file);
    const sent = await sendPieces(
      response,
      rest.subarray(0, Math.min(cutAt, file.stallsAfter ?? Infinity)),
      file.bytesPerS,
    );
    if (!sent || file.stallsAfter !== undefined) return;
    if (cutAt < rest.length || file.claimsLength !== undefined) response.destroy();
    else response.end();
  }

  private takeCut(path: string, { cutsAfter }: ServedFile): number {
    const left = this.cutsLeft.get(path) ?? 0;
    if (cutsAfter === undefined || left <= 0) return Infinity;
    this.cutsLeft.set(path, left - 1);
    return cutsAfter;
  }
}

const claimedLength = ({ claimsLength, headClaimsLength }: ServedFile, method = 'GET'): number | undefined =>
  method === 'HEAD' ? (headClaimsLength ?? claimsLength) : claimsLength;

const firstByteOf = (range: string | undefined): number => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);

/** @returns false when the client went away */
async function sendPieces(response: ServerResponse, bytes: Buffer, bytesPerS = Infinity): Promise<boolean> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    if (response.destroyed) return false;
    const piece = bytes.subarray(offset, offset + PIECE_BYTES);
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (bytesPerS !== Infinity) await new Promise((resolve) => setTimeout(resolve, (1000 * piece.length) / bytesPerS));
  }
  return true;
}
