import { readFileSync } from 'node:fs';
import { expectStatus } from '../support/expectations.js';
import { fitting } from '../support/fitting.js';
import { JSON_PATCH_V21 } from '../support/image-session.js';
import type { ImageSession } from '../support/image-session.js';
import { newMember, startTrustingService } from '../support/trusting-service.js';
import type { Service } from '../support/service.js';

/** A request as the page shows it, and the answer below it if there is one. */
type Example = Readonly<{ method: string; path: string; body: string | null; answer: unknown }>;

const PAGE = readFileSync('docs/history.md', 'utf8');

/** In the order of the page. */
const examples: readonly Example[] = [...PAGE.matchAll(/```http\n(.*?)```\n(?:\n```json\n(.*?)```\n)?/gs)].map(
  ([, request, answer]) => {
    const [line, body] = request!.trim().split(/\n\n?(.*)/s);
    const [method, path] = line!.split(' ');
    return {
      method: method!,
      path: path!,
      body: body || null,
      answer: answer === undefined ? null : JSON.parse(answer),
    };
  },
);

describe('docs/history.md', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await startTrustingService();
    member = newMember(service);
  });
  afterAll(() => service.remove());

  it('shows requests that work, and their answers', async () => {
    expect(examples.length).toBeGreaterThan(6);
    let imageId = '';
    for (const { method, path, body, answer } of examples) {
      const headers = {
        ...(body !== null && { 'Content-Type': method === 'PATCH' ? JSON_PATCH_V21 : 'application/json' }),
      };
      const target = path.replace('{id}', imageId);
      const response = await member.request(method, target, { headers, ...(body !== null && { body }) });
      expectStatus(response, response.text === '' ? 204 : method === 'POST' ? 201 : 200);
      if (answer !== null) expect(response.json).toMatchObject(fitting(answer) as object);
      if (path === '/v2/images') imageId = response.json.id;
    }
  });
});
