import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../../../src/http/http-problem.js';
import { readJsonBody } from '../../../src/http/json-body.js';

const LIMIT_BYTES = 1000;

/** A request whose body arrives as the test pushes it. */
function incoming(): { raw: IncomingMessage; request: FastifyRequest } {
  const raw = new IncomingMessage(new Socket());
  raw.method = 'POST';
  raw.headers = { 'transfer-encoding': 'chunked' };
  return { raw, request: { raw } as FastifyRequest };
}

const statusOf = (reading: Promise<unknown>): Promise<number | 'read'> =>
  reading.then(
    () => 'read' as const,
    (error: unknown) => {
      if (error instanceof HttpProblem) return error.status;
      throw error;
    },
  );

describe('a JSON body', () => {
  afterEach(() => jest.useRealTimers());

  it('is refused with 408 when its end does not come within a minute, however often a byte does', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const { raw, request } = incoming();
    const status = statusOf(readJsonBody(request, LIMIT_BYTES));
    for (let second = 0; second < 60; second += 1) {
      raw.push(' ');
      jest.advanceTimersByTime(1000);
    }
    expect(await status).toBe(408);
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const { raw, request } = incoming();
    raw.push('{"a": 1}');
    raw.push(null);
    expect(await readJsonBody(request, LIMIT_BYTES)).toEqual({ a: 1 });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is an object or array, or is refused with 400 or 413, whatever its bytes are', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2 * LIMIT_BYTES }),
      fc.json().map((json) => Buffer.from(json)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(LIMIT_BYTES), async (body, cut) => {
        const { raw, request } = incoming();
        raw.push(body.subarray(0, cut));
        raw.push(body.subarray(cut));
        raw.push(null);
        const document = await readJsonBody(request, LIMIT_BYTES).catch((error: unknown) => error);
        if (document instanceof HttpProblem) expect([400, 413]).toContain(document.status);
        else expect(document).toEqual(JSON.parse(Buffer.from(body).toString()));
      }),
    );
  });
});
