import { createHash, randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { ClientRequest, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { IngestPipeline } from '../../../../src/stores/ingest/ingest-pipeline.js';
import type { DataDigest } from '../../../../src/stores/ingest/ingest-pipeline.js';
import { UploadAborted } from '../../../../src/stores/stores.errors.js';

const MIB = 1024 * 1024;

describe('the ingest pipeline behind an HTTP server', () => {
  const pipeline = new IngestPipeline({ hashAlgorithm: 'sha512' });
  const outcome = Promise.withResolvers<unknown>();
  let server: Server;

  beforeAll(async () => {
    server = createServer((incoming, response) => {
      const { data, digest } = pipeline.ingest(
        incoming,
        { maxBytes: null, expectedBytes: null },
        new AbortController().signal,
      );
      const receive = async (): Promise<DataDigest> => {
        const hash = createHash('sha1');
        for await (const chunk of data) hash.update(chunk);
        response.setHeader('x-sha1', hash.digest('hex'));
        return digest;
      };
      receive().then((result) => response.end(JSON.stringify(result)), outcome.resolve);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await pipeline.close();
  });

  const upload = (): ClientRequest =>
    request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, method: 'PUT' });

  it('receives what the client sent', async () => {
    const data = randomBytes(12 * MIB + 7);
    const sending = upload().end(data);
    const [response] = await once(sending, 'response');
    const body = JSON.parse((await response.setEncoding('utf8').toArray()).join(''));
    expect(body).toMatchObject({ sizeBytes: data.byteLength, checksum: createHash('md5').update(data).digest('hex') });
    expect(response.headers['x-sha1']).toBe(createHash('sha1').update(data).digest('hex'));
  });

  it('notices a client that goes away', async () => {
    const sending = upload();
    sending.on('error', () => undefined);
    sending.setHeader('content-length', 10 * MIB);
    sending.write(randomBytes(MIB), () => sending.destroy());
    expect(await outcome.promise).toBeInstanceOf(UploadAborted);
  });
});
