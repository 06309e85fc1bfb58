import fc from 'fast-check';
import { newCast } from '../../support/callers.js';
import { metadefRequest } from '../../support/hostile/metadef-request.arbitrary.js';
import type { MetadefRequest } from '../../support/hostile/metadef-request.arbitrary.js';
import { peakMemoryBytes, processorMs } from '../../support/hostile/process-usage.js';
import { expectStatus } from '../../support/expectations.js';
import { sendHttpRequest } from '../../support/http-client.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';

/** More of them find more: HINDSIGHT_FUZZ_RUNS=20000; HINDSIGHT_FUZZ_SEED repeats a run that failed. */
const RUNS = Number(process.env['HINDSIGHT_FUZZ_RUNS'] ?? 800);
const SEED = process.env['HINDSIGHT_FUZZ_SEED'];
const MOST_PROCESSOR_MS = 1000;
const MOST_MEMORY_BYTES = 700 * 1024 ** 2;

describe('any request about metadata definitions', () => {
  const cast = newCast();
  let service: Service;
  let admin: ImageSession;

  beforeAll(async () => {
    service = await Service.start(trusting());
    admin = new ImageSession(() => service.url, cast.admin);
  });
  afterAll(() => service.remove());

  const send = ({ asAdmin, ...request }: MetadefRequest) =>
    sendHttpRequest(service.url, {
      ...request,
      headers: {
        ...request.headers,
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Auth-Token': (asAdmin ? cast.admin : cast.member).token,
      },
    });

  /** All that anybody can be shown. */
  const everything = async (): Promise<readonly unknown[]> => {
    const shown: unknown[] = [expectStatus(await admin.get('/v2/metadefs/resource_types'), 200).json];
    for (let path: string | undefined = '/v2/metadefs/namespaces?limit=1000'; path !== undefined;) {
      const page: any = expectStatus(await admin.get(path), 200).json;
      shown.push(page);
      for (const { namespace } of page.namespaces) {
        const at = `/v2/metadefs/namespaces/${encodeURIComponent(namespace)}`;
        for (const below of ['', '/objects', '/properties', '/tags', '/resource_types'])
          shown.push(expectStatus(await admin.get(`${at}${below}`), 200).json);
      }
      path = page.next;
    }
    return shown;
  };

  it(
    'is answered below 500 in little time and memory, and what is shown then is what the events say',
    async () => {
      for (const namespace of ['OS::A', 'OS::B'])
        expectStatus(await admin.post('/v2/metadefs/namespaces', { namespace }), 201);
      const writes = { accepted: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(metadefRequest, async (request) => {
          const before = await processorMs(service.pid);
          const answer = await send(request);
          expect([answer.status < 500, answer.text]).toEqual([true, answer.text]);
          expect(answer.text).not.toMatch(/node_modules|\bat .*\.js:\d+/);
          if (answer.status >= 400) expect(answer.json).toMatchObject({ title: expect.any(String) });
          expect((await processorMs(service.pid)) - before).toBeLessThan(MOST_PROCESSOR_MS);
          if (request.method !== 'GET') writes[answer.status < 400 ? 'accepted' : 'refused'] += 1;
        }),
        { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
      );
      // Else it would only show that everything is refused, or nothing.
      expect(Math.min(writes.accepted, writes.refused)).toBeGreaterThan(0);
      expect(service.log).not.toMatch(/"level":(50|60)/);
      expect(await peakMemoryBytes(service.pid)).toBeLessThan(MOST_MEMORY_BYTES);

      const shown = await everything();
      expect(expectSuccess(await service.command('verify'))).toMatch(/, 0 findings\n$/);
      expectSuccess(await service.command('projections', 'rebuild', 'metadefs'));
      expect(await everything()).toEqual(shown);
      await service.restart();
      expect(await everything()).toEqual(shown);
    },
    90_000 + RUNS * 100,
  );
});
