import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

/** What is sent, and the headers by which kombu knows how to read it. */
export type MessageBody = Readonly<{ body: Buffer; headers: Readonly<Record<string, string>> }>;

const deflated = promisify<Buffer, Buffer>(deflate);

export const plain = (body: Buffer): MessageBody => ({ body, headers: {} });

/** What kombu calls gzip has the format of zlib. */
export const gzipped = async (body: Buffer): Promise<MessageBody> => ({
  body: await deflated(body),
  headers: { compression: 'application/x-gzip' },
});
