import { DomainError } from '../kernel/domain-error.js';
import {
  StoredDataMissing,
  StoreDenied,
  StoreOperationUnsupported,
  StoreUnavailable,
} from '../stores/stores.errors.js';
import type { HttpAnswer } from './http-answer.js';
import type { HttpClient } from './http-client.js';
import { RemoteUnavailable, UrlForbidden } from './outbound.errors.js';

/** An inclusive-exclusive part of a file, in bytes. */
type Part = Readonly<{ offset: number; length: number }>;

const NEVER = new AbortController().signal;
const OK = 200;
const PARTIAL_CONTENT = 206;
/** Answers to HEAD after which a GET may still succeed. */
const HEAD_REFUSALS: ReadonlySet<number> = new Set([400, 403, 405, 500, 501]);
const GONE: ReadonlySet<number> = new Set([404, 410]);
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/;

/** Reads files of web servers in place, as the data of images. Its errors are those of stores. */
export class RemoteFiles {
  constructor(private readonly client: HttpClient) {}

  /**
   * Bytes that the server says the file has.
   * @throws StoredDataMissing, StoreDenied, StoreUnavailable, StoreOperationUnsupported when the server does not say it
   */
  async sizeOf(url: string): Promise<number> {
    const head = await asStore(this.client.head({ url, signal: NEVER }));
    head.discard();
    if (head.status === OK && lengthOf(head) !== null) return lengthOf(head) ?? 0;
    if (head.status !== OK && !HEAD_REFUSALS.has(head.status)) throw refusal(head);
    const answer = await asStore(this.client.get({ url, signal: NEVER }));
    answer.discard();
    if (answer.status !== OK) throw refusal(answer);
    const sizeBytes = lengthOf(answer);
    if (sizeBytes === null) throw new StoreOperationUnsupported('The server does not say how long the data is');
    return sizeBytes;
  }

  /**
   * Opens a file, or a part of it. What a server that knows no ranges sends before the part is read and dropped.
   * @throws StoredDataMissing, StoreDenied, StoreUnavailable
   */
  async open(url: string, part?: Part): Promise<AsyncIterable<Uint8Array>> {
    if (part?.length === 0) return nothing();
    const last = part === undefined ? 0 : part.offset + part.length - 1;
    const range = part === undefined ? {} : { range: `bytes=${part.offset}-${last}` };
    const answer = await asStore(this.client.get({ url, signal: NEVER, headers: range }));
    try {
      return bodyOf(answer, part);
    } catch (error) {
      answer.discard();
      throw error;
    }
  }
}

function bodyOf(answer: HttpAnswer, part: Part | undefined): AsyncIterable<Uint8Array> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new StoreUnavailable('The server sends the data in another encoding');
  if (answer.status === OK) return closing(answer, part ?? { offset: 0, length: Infinity });
  if (answer.status !== PARTIAL_CONTENT || part === undefined) throw refusal(answer);
  const [, first] = CONTENT_RANGE.exec(answer.headers['content-range'] ?? '') ?? [];
  if (Number(first) !== part.offset) throw new StoreUnavailable('The server sends another part than was asked for');
  return closing(answer, { offset: 0, length: part.length });
}

/** The connection is closed also when nobody begins to read. */
function closing(answer: HttpAnswer, part: Part): AsyncIterable<Uint8Array> {
  const pieces = piecesOf(answer, part);
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => pieces.next(),
      return: async () => {
        answer.discard();
        return pieces.return(undefined);
      },
    }),
  };
}

async function* piecesOf(answer: HttpAnswer, { offset, length }: Part): AsyncGenerator<Uint8Array, undefined> {
  let position = 0;
  const end = offset + length;
  try {
    for await (const chunk of answer.body()) {
      const piece = chunk.subarray(Math.max(0, offset - position), Math.max(0, end - position));
      position += chunk.length;
      if (piece.length > 0) yield piece;
      if (position >= end) return;
    }
  } catch (error) {
    throw meaningOf(error);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A part without bytes need not be asked for.
}

// The parser has refused lengths that are no numbers.
const lengthOf = ({ headers }: HttpAnswer): number | null =>
  headers['content-length'] === undefined ? null : Number(headers['content-length']);

async function asStore<Result>(asking: Promise<Result>): Promise<Result> {
  try {
    return await asking;
  } catch (error) {
    throw meaningOf(error);
  }
}

const refusal = (answer: HttpAnswer): DomainError => {
  const { status } = answer;
  if (!GONE.has(status)) return meaningOf(answer.refusal()) as DomainError;
  answer.discard();
  return new StoredDataMissing('The server does not have the data', { status });
};

/** What the other side's failure means for whoever reads data. */
function meaningOf(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const { message, details } = error;
  if (error instanceof UrlForbidden) return new StoreDenied(message, details, { cause: error });
  if (error instanceof RemoteUnavailable) return new StoreUnavailable(message, details, { cause: error });
  return new StoreDenied(message, details, { cause: error });
}
