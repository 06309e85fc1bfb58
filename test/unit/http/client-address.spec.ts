import type { FastifyRequest } from 'fastify';
import { clientAddress } from '../../../src/http/client-address.js';

const request = (headers: Readonly<Record<string, string>>, remoteAddress: string | undefined = '192.0.2.1') =>
  ({ headers, socket: { remoteAddress } }) as unknown as FastifyRequest;
const behindProxy = (headers: Readonly<Record<string, string>>) => clientAddress(request(headers), true);

describe('the address of a client', () => {
  it('is where its connection comes from', () => {
    expect(clientAddress(request({ 'x-forwarded-for': '198.51.100.7' }), false)).toBe('192.0.2.1');
    expect(clientAddress(request({}, '::ffff:192.0.2.1'), false)).toBe('192.0.2.1');
    expect(clientAddress(request({}, '2001:db8::1'), false)).toBe('2001:db8::1');
  });

  it('is unknown once the connection is gone', () => {
    const gone = { headers: {}, socket: {} } as unknown as FastifyRequest;
    expect(clientAddress(gone, false)).toBeNull();
  });

  it.each([
    [{ 'x-forwarded-for': '198.51.100.7, 10.0.0.1' }, '198.51.100.7'],
    [{ 'x-forwarded-for': '2001:db8::7' }, '2001:db8::7'],
    [{ forwarded: 'for=198.51.100.7:4711;proto=https, for=10.0.0.1' }, '198.51.100.7'],
    [{ forwarded: 'proto=https;for="[2001:db8::7]:4711"' }, '2001:db8::7'],
    [{ forwarded: 'for=_hidden', 'x-forwarded-for': '198.51.100.7' }, '192.0.2.1'],
    [{ 'x-forwarded-for': 'unknown' }, '192.0.2.1'],
    [{}, '192.0.2.1'],
  ])('is what a proxy says, if it says one: %j', (headers, address) => {
    expect(behindProxy(headers as Readonly<Record<string, string>>)).toBe(address);
  });
});
