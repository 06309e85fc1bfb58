import { expectProblem, expectStatus } from '../support/expectations.js';
import type { ImageSession } from '../support/image-session.js';
import type { Service } from '../support/service.js';
import { newMember, startTrustingService } from '../support/trusting-service.js';

/** What docs/adr/0011 promises and no conformance case looks at, because Glance answers otherwise. */
describe('answers that differ from those of Glance', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await startTrustingService({ OS_DEFAULT__PUBLIC_ENDPOINT: 'http://lb/image' });
    member = newMember(service);
  });
  afterAll(() => service.remove());

  it.each(['os_hash_algo', 'os_hash_value'])('%s cannot be given at creation', async (name) => {
    expectProblem(await member.tryCreate({ [name]: 'sha512' }), 403, `Attribute '${name}' is read-only.`);
  });

  it('the stores of an image cannot be patched', async () => {
    const { id } = await member.create({});
    const operations = [{ op: 'add', path: '/stores', value: 'local' }];
    expectProblem(await member.patch(id, operations), 403, "Attribute 'stores' is read-only.");
    expect(await member.show(id)).not.toHaveProperty('stores');
  });

  it('a custom property with too long a name is refused in a patch as at creation', async () => {
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [{ op: 'add', path: `/${'k'.repeat(256)}`, value: '' }]), 400);
  });

  it('the address of a new image keeps the path under which clients reach the service', async () => {
    const { headers, json } = expectStatus(await member.tryCreate({}), 201);
    expect(headers.location).toBe(`http://lb/image/v2/images/${json.id}`);
  });

  it('a tag with characters of four bytes is refused', async () => {
    const { id } = await member.create({});
    expectProblem(await member.put(`/v2/images/${id}/tags/%F0%9F%98%80`), 400);
    expect((await member.show(id)).tags).toEqual([]);
  });

  it('links to pages keep every value of a repeated parameter, and the last limit counts', async () => {
    for (let n = 0; n < 3; n += 1) await member.create({ name: 'paged', tags: ['a', 'b'] });
    const page = await member.list('?tag=a&tag=b&limit=9&limit=2');
    expect(page.images).toHaveLength(2);
    expect(page.next).toBe(`/v2/images?tag=a&tag=b&limit=9&limit=2&marker=${page.images[1].id}`);
  });
});
