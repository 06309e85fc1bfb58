import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sendData } from '../../../../../src/modules/images/http/send-data.js';

describe('sending data of an announced length', () => {
  let server: Server;
  let sending: Promise<number | null>;
  afterEach(() => server.close());

  const request = async (data: AsyncIterable<Uint8Array>, length: number): Promise<IncomingMessage> => {
    server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Length': length });
      sending = sendData(data, length, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [response] = (await once(get({ host: '127.0.0.1', port }), 'response')) as [IncomingMessage];
    return response;
  };

  it('ends the response behind the last byte', async () => {
    const response = await request(Readable.from([Buffer.from('ABC'), Buffer.from('DE')]), 5);
    expect((await buffer(response)).toString()).toBe('ABCDE');
    expect(await sending).toBe(5);
  });

  async function* breakingOff() {
    yield await Promise.resolve(Buffer.from('ABC'));
    throw new Error('the disk is broken');
  }

  it.each([
    ['are fewer bytes than announced', () => Readable.from([Buffer.from('ABC')])],
    ['break off', () => Readable.from(breakingOff())],
  ])('cuts the connection when they %s', async (_, data) => {
    await expect(request(data(), 5).then(buffer)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await sending;
  });

  it('closes the data when the client goes away', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
      } finally {
        closed = true;
      }
    }
    const response = await request(endless(), 1e12);
    response.destroy();
    await sending;
    expect(closed).toBe(true);
  });
});
