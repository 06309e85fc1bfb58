import { expectProblem, expectStatus } from '../../support/expectations.js';
import { secondAfter } from '../../support/eventually.js';
import { describeConformance } from '../../support/conformance-target.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import type { ImageSession } from '../../support/image-session.js';

const createNamed = async (session: ImageSession, names: readonly string[]): Promise<any[]> => {
  const created = [];
  for (const name of names) created.push(await session.create({ name }));
  return created;
};
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `image-${n}`);
const idsOf = (list: { images: { id: string }[] }): string[] => list.images.map((image) => image.id);

describeConformance('pages of the image list', 'default', (target) => {
  it('LST-01 an empty list has its links and no next page', async () => {
    const answer = expectStatus(await target.cast().member.get('/v2/images'), 200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toEqual({ images: [], first: '/v2/images', schema: '/v2/schemas/images' });
  });

  it('LST-02 a page has 25 images, and next leads to the others', async () => {
    const { member } = target.cast();
    const created = await createNamed(member, numbered(30));
    const first = await member.list();
    expect(first.images).toHaveLength(25);
    expect(first.next).toBe(`/v2/images?marker=${first.images[24].id}`);
    const second = expectStatus(await member.get(first.next), 200).json;
    expect(second).not.toHaveProperty('next');
    expect([...idsOf(first), ...idsOf(second)].sort()).toEqual(created.map((image) => image.id).sort());
  });

  it('LST-03 a full last page has a next one, which is empty', async () => {
    const { member } = target.cast();
    await createNamed(member, numbered(2));
    const page = await member.list('?limit=2');
    expect(page.images).toHaveLength(2);
    const last = expectStatus(await member.get(page.next), 200).json;
    expect(last).toEqual({ images: [], first: '/v2/images?limit=2', schema: '/v2/schemas/images' });
  });

  it('LST-04 a limit of zero gives no image and no next page', async () => {
    const { member } = target.cast();
    await createNamed(member, numbered(1));
    expect(await member.list('?limit=0')).toEqual({
      images: [],
      first: '/v2/images?limit=0',
      schema: '/v2/schemas/images',
    });
  });

  it.each([['-1'], ['abc'], ['1.5']])('LST-05 a limit of %s is refused', async (limit) => {
    expectProblem(await target.cast().member.get(`/v2/images?limit=${limit}`), 400);
  });

  it('LST-06 a page never has more than 1000 images', async () => {
    const { member } = target.cast();
    const batch = () => createNamed(member, numbered(143));
    await Promise.all([batch(), batch(), batch(), batch(), batch(), batch(), batch()]);
    const page = await member.list('?limit=5000');
    expect(page.images).toHaveLength(1000);
    expect(expectStatus(await member.get(page.next), 200).json.images).toHaveLength(1);
  }, 300_000);

  it('LST-07 an unknown marker is refused', async () => {
    expectProblem(await target.cast().member.get(`/v2/images?marker=${UNKNOWN_ID}`), 400);
  });

  it('LST-08 a deleted image is no marker', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images?marker=${id}`), 400);
  });

  it('LST-09 an image that the caller may not see is no marker', async () => {
    const { member, other } = target.cast();
    const { id } = await member.create({ visibility: 'private' });
    expectProblem(await other.get(`/v2/images?marker=${id}`), 403);
  });

  it('LST-10 the newest image comes first', async () => {
    const { member } = target.cast();
    const ids: string[] = [];
    for (const name of numbered(3)) {
      const image = await member.create({ name });
      ids.unshift(image.id);
      await secondAfter(image.created_at);
    }
    expect(idsOf(await member.list())).toEqual(ids);
    expect(idsOf(await member.list(`?marker=${ids[0]!}`))).toEqual(ids.slice(1));
  });

  it('LST-57 the links keep the filters, and only next has the marker', async () => {
    const { member } = target.cast();
    await createNamed(member, ['same', 'same', 'other']);
    const page = await member.list('?limit=1&name=same&sort=created_at:desc&tag=');
    expect(page.images).toEqual([]);
    expect(page.first).toBe('/v2/images?limit=1&name=same&sort=created_at%3Adesc&tag=');
    const filled = await member.list('?limit=1&name=same&sort=created_at:desc');
    expect(filled.first).toBe('/v2/images?limit=1&name=same&sort=created_at%3Adesc');
    expect(filled.next).toBe(`${filled.first}&marker=${filled.images[0].id}`);
    const second = expectStatus(await member.get(filled.next), 200).json;
    expect(second.images[0].name).toBe('same');
    expect(second.images[0].id).not.toBe(filled.images[0].id);
    expect(second.first).toBe(filled.first);
  });

  it('LST-59 parameters that nobody knows, repeated, do no harm', async () => {
    const { member } = target.cast();
    await createNamed(member, ['one']);
    expectStatus(await member.get('/v2/images?limit=1&unknown=a&unknown=b'), 200);
    expectStatus(await member.get('/v2/images?limit=1&limit=1&sort_dir=asc&name=a&name=b'), 200);
  });

  it.each([['marker'], ['limit'], ['sort'], ['sort_key']])('LST-60 an empty %s is refused', async (name) => {
    const { member, projects } = target.cast();
    expectProblem(await member.get(`/v2/images?owner=${projects.member}&${name}=`), 400);
  });
});
