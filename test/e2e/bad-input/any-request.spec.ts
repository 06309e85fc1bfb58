import fc from 'fast-check';
import { newCast } from '../../support/callers.js';
import { hostileRequest, REFUSALS } from '../../support/hostile/hostile-request.arbitrary.js';
import type { HostileRequest } from '../../support/hostile/hostile-request.arbitrary.js';
import { peakMemoryBytes, processorMs } from '../../support/hostile/process-usage.js';
import { sendHttpRequest } from '../../support/http-client.js';
import type { HttpResponse } from '../../support/http-client.js';
import { ImageSession } from '../../support/image-session.js';
import { Service } from '../../support/service.js';
import { twoFileStores } from '../../support/service-options.js';
import { join } from 'node:path';

/** More of them find more: HINDSIGHT_FUZZ_RUNS=20000; HINDSIGHT_FUZZ_SEED repeats a run that failed. */
const RUNS = Number(process.env['HINDSIGHT_FUZZ_RUNS'] ?? 600);
const SEED = process.env['HINDSIGHT_FUZZ_SEED'];
const MOST_PROCESSOR_MS = 1000;
const MOST_MEMORY_BYTES = 700 * 1024 ** 2;

describe('any request, however hostile', () => {
  let service: Service;
  const cast = newCast();
  const session = (caller: (typeof cast)['member']) => new ImageSession(() => service.url, caller);

  beforeAll(async () => {
    service = await Service.start({
      environment: (dataDir) => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
        OS_DEFAULT__SHOW_IMAGE_DIRECT_URL: 'true',
        OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache'),
        ...twoFileStores(dataDir),
      }),
    });
  });
  afterAll(() => service.remove());

  /** Images of every kind that a request may be about, one after the other. */
  const targets = async (): Promise<() => string> => {
    const member = session(cast.member);
    const images = await Promise.all([member.queued(), member.active(), member.staged(), member.deactivated()]);
    let next = 0;
    return () => images[next++ % images.length].id;
  };

  const send = ({ path, accept, asAdmin, headers, ...rest }: HostileRequest, image: string): Promise<HttpResponse> =>
    sendHttpRequest(service.url, {
      ...rest,
      path: path.replaceAll('{image}', image),
      headers: {
        ...headers,
        'X-Auth-Token': (asAdmin ? cast.admin : cast.member).token,
        ...(accept !== undefined && { Accept: accept }),
      },
    });

  const expectSoundAnswer = (request: HostileRequest, answer: HttpResponse): void => {
    const { status, headers, body } = answer;
    expect(status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/node_modules|\bat .*\.js:\d+/);
    if (request.method === 'OPTIONS') return;
    expect(headers['x-openstack-request-id'] ?? 'malformed path').toMatch(/^req-|malformed path/);
    if (status === 204 || request.method === 'HEAD') expect(body).toHaveLength(0);
    else if (status >= 400) expectRefusal(request, answer);
    else if (headers['content-type'] === 'application/json') expect(answer.json).toBeInstanceOf(Object);
  };

  const expectRefusal = (request: HostileRequest, { headers, json, text, status }: HttpResponse): void => {
    expect(headers['content-type']).toBe(REFUSALS.get(request.accept));
    if (headers['content-type'] === 'application/json') {
      expect(json).toEqual({
        code: expect.stringMatching(`^${status} `),
        title: expect.any(String),
        message: expect.any(String),
      });
    } else {
      expect(text).toMatch(new RegExp(`^(<html>\\n <head>\\n  <title>)?${status} `));
    }
  };

  it(
    'gets a sound answer below 500 that took little time and memory',
    async () => {
      let nextTarget = await targets();
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(hostileRequest, async (request) => {
          if (sent++ % 50 === 0) nextTarget = await targets(); // the old ones may be gone or changed beyond use
          const before = await processorMs(service.pid);
          const answer = await send(request, nextTarget());
          expectSoundAnswer(request, answer);
          expect((await processorMs(service.pid)) - before).toBeLessThan(MOST_PROCESSOR_MS);
        }),
        { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
      );
      expect((await sendHttpRequest(service.url, { method: 'GET', path: '/healthcheck' })).status).toBe(200);
      expect(service.log).not.toMatch(/"level":(50|60)/);
      expect(await peakMemoryBytes(service.pid)).toBeLessThan(MOST_MEMORY_BYTES);
    },
    60_000 + RUNS * 100,
  );
});
