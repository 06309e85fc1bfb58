import { createHash } from 'node:crypto';
import { describeConformance } from '../../support/conformance-target.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { imageBecomes, importFromWeb } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

const DATA = Buffer.from('ABCDEFGHIJ');
const hex = (algorithm: string, data = DATA): string => createHash(algorithm).update(data).digest('hex');
const SAID = { checksum: hex('md5'), os_hash_algo: 'sha512', os_hash_value: hex('sha512') };

const adding = (url: string, more: object = {}, place = '-') => [
  { op: 'add', path: `/locations/${place}`, value: { url, metadata: {}, ...more } },
];
const removing = (place: string) => [{ op: 'remove', path: `/locations/${place}` }];
const replacing = (value: unknown) => [{ op: 'replace', path: '/locations', value }];

describeConformance('locations that are not shown', 'default', (target) => {
  it('LOC-01 cannot be changed', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.patch(id, adding('http://127.0.0.1/a')), 403);
    expect(await member.show(id)).not.toHaveProperty('locations');
  });
});

describeConformance('changing locations by a patch', 'locations', (target) => {
  let web: WebServer;

  beforeAll(async () => {
    web = await WebServer.start();
    web.serve('/a', { bytes: DATA });
  });
  afterAll(() => web.stop());

  const urlOf = (name: string): string => web.serve(`/${name}`, { bytes: DATA });
  /** An active image with so many locations, at different URLs. */
  const located = async (session: ImageSession, count = 1): Promise<{ id: string; urls: string[] }> => {
    const { id } = await session.queued();
    const urls = Array.from({ length: count }, (_, index) => urlOf(`copy-${index}`));
    expectStatus(
      await session.patch(
        id,
        urls.flatMap((url) => adding(url)),
      ),
      200,
    );
    return { id, urls };
  };
  const urlsOf = async (session: ImageSession, id: string): Promise<string[]> =>
    (await session.show(id)).locations.map(({ url }: { url: string }) => url);

  it('LOC-02 a queued image has none', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const image = await member.show(id);
    expect(image.locations).toEqual([]);
    expect(image).not.toHaveProperty('direct_url');
  });

  it('LOC-03 one makes a queued image active, with the size of its data', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const url = urlOf('a');
    const answer = expectStatus(await member.patch(id, adding(url, { metadata: { note: 'mirror' } })), 200);
    const expected = {
      status: 'active',
      size: 10,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
      stores: 'web',
      direct_url: url,
      locations: [{ url, metadata: { note: 'mirror', store: 'web' } }],
    };
    expect(answer.json).toMatchObject(expected);
    expect(await member.show(id)).toMatchObject(expected);
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it.each([
    'file:///etc/passwd',
    'filesystem:///etc/passwd',
    'swift+config://ref1/c/o',
    'unknown://host/a',
    'nonsense',
  ])('LOC-04 %s is no location', async (url) => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.patch(id, adding(url)), 400, 'Invalid location');
    expect(await member.show(id)).toMatchObject({ status: 'queued', locations: [] });
  });

  it('LOC-05 the same one is not added twice, but with other metadata', async () => {
    const { member } = target.cast();
    const { id, urls } = await located(member);
    expectProblem(await member.patch(id, adding(urls[0]!)), 400);
    expectStatus(await member.patch(id, adding(urls[0]!, { metadata: { copy: 'two' } })), 200);
    expect(await urlsOf(member, id)).toEqual([urls[0], urls[0]]);
  });

  it('LOC-06 places are numbers, and one location is added at a time', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const url = urlOf('a');
    expectProblem(await member.patch(id, adding(url, {}, 'x')), 400);
    expectProblem(await member.patch(id, [{ op: 'add', path: '/locations', value: [{ url, metadata: {} }] }]), 400);
    expect((await member.show(id)).status).toBe('queued');
  });

  it('LOC-07 they are not all taken away', async () => {
    const { member } = target.cast();
    const { id } = await located(member);
    expectProblem(await member.patch(id, replacing([])), 403, 'Cannot set locations to empty list.');
  });

  it('LOC-08 replacing them changes their metadata and order', async () => {
    const { member } = target.cast();
    const { id, urls } = await located(member, 2);
    const value = [
      { url: urls[1], metadata: { rack: '7', store: 'web' } },
      { url: urls[0], metadata: {} },
    ];
    expectStatus(await member.patch(id, replacing(value)), 200);
    const image = await member.show(id);
    expect(image.locations).toEqual([value[0], { url: urls[0], metadata: { store: 'web' } }]);
    expect(image.direct_url).toBe(urls[1]);
  });

  it('LOC-09 they are not replaced by others, or by fewer', async () => {
    const { member } = target.cast();
    const { id, urls } = await located(member, 2);
    const [one, two] = urls.map((url) => ({ url, metadata: {} }));
    for (const value of [[one], [one, { url: urlOf('other'), metadata: {} }], [one, two, two]])
      expectProblem(await member.patch(id, replacing(value)), 400);
    expect(await urlsOf(member, id)).toEqual(urls);
  });

  it('LOC-10 only administrators remove one, and nothing goes away where it led to', async () => {
    const { member, admin } = target.cast();
    const { id, urls } = await located(member, 2);
    expectProblem(await member.patch(id, removing('0')), 403);
    const { json } = expectStatus(await admin.patch(id, removing('0')), 200);
    expect(json.locations.map(({ url }: { url: string }) => url)).toEqual([urls[1]]);
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('LOC-11 the last one stays, and a place must be there', async () => {
    const { member, admin } = target.cast();
    const single = await located(member);
    for (const place of ['0', '7']) expectProblem(await admin.patch(single.id, removing(place)), 403);
    const { id, urls } = await located(member, 2);
    for (const place of ['7', '-1', 'x']) expectProblem(await admin.patch(id, removing(place)), 400);
    expect(await urlsOf(member, id)).toEqual(urls);
    expectStatus(await admin.patch(id, removing('-')), 200);
    expect(await urlsOf(member, id)).toEqual([urls[0]]);
  });

  it('LOC-12 there are at most ten', async () => {
    const { member } = target.cast();
    const { id, urls } = await located(member, 10);
    expectProblem(await member.patch(id, adding(urlOf('one-too-many'))), 413);
    expect(await urlsOf(member, id)).toEqual(urls);
  });

  it('LOC-13 none is added while data comes in, or is withheld', async () => {
    const { member } = target.cast();
    const url = urlOf('a');
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    const importing = await member.queued();
    await importFromWeb(member, importing.id, web.serve('/slow', { bytes: DATA, after: gate.promise }));
    await imageBecomes(member, importing.id, 'importing');
    expectProblem(await member.patch(importing.id, adding(url)), 409);
    gate.resolve();
    const saving = await member.queued();
    const upload = member.openUpload(saving.id);
    await upload.write(DATA);
    await imageBecomes(member, saving.id, 'saving');
    expectProblem(await member.patch(saving.id, adding(url)), 409);
    upload.end();
    expectStatus(await upload.response, 204);
    const { id } = await member.deactivated();
    expectProblem(await member.patch(id, adding(url)), 409);
  });

  it('LOC-14 what is said of the data of a queued image is believed', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const location = { url: urlOf('a'), metadata: { store: 'web' } };
    const answer = expectStatus(await member.patch(id, adding(location.url, { validation_data: SAID })), 200).json;
    const { checksum, os_hash_algo, os_hash_value } = SAID;
    for (const image of [answer, await member.show(id)])
      expect(image).toMatchObject({ status: 'active', checksum, os_hash_algo, os_hash_value });
    expect(answer.locations).toEqual([{ ...location, validation_data: SAID }]);
    expect((await member.show(id)).locations).toEqual([location]);
  });

  it('LOC-15 the same may be said of a second location', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    for (const name of ['a', 'b'])
      expectStatus(await member.patch(id, adding(urlOf(name), { validation_data: SAID })), 200);
    expect(await urlsOf(member, id)).toHaveLength(2);
  });

  it('LOC-16 something else may not, nor anything new of an active image', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectStatus(await member.patch(id, adding(urlOf('a'), { validation_data: SAID })), 200);
    const before = await member.show(id);
    const other = { ...SAID, os_hash_value: hex('sha512', Buffer.from('other')) };
    expectProblem(await member.patch(id, adding(urlOf('b'), { validation_data: other })), 409);
    expect(await member.show(id)).toEqual(before);
    const plain = await located(member);
    expectProblem(await member.patch(plain.id, adding(urlOf('b'), { validation_data: SAID })), 409);
    const { id: fresh } = await member.queued();
    const both = [...adding(urlOf('a'), { validation_data: SAID }), ...adding(urlOf('b'), { validation_data: other })];
    expectProblem(await member.patch(fresh, both), 409);
    expect(await member.show(fresh)).toMatchObject({ status: 'queued', os_hash_value: null });
  });

  it('LOC-17 a hash has an algorithm and a value', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    for (const said of [{ checksum: SAID.checksum }, { os_hash_algo: 'sha512' }, { os_hash_value: SAID.os_hash_value }])
      expectProblem(await member.patch(id, adding(urlOf('a'), { validation_data: said })), 400);
  });

  it.each([
    ['of another algorithm', { os_hash_algo: 'sha256', os_hash_value: hex('sha256') }],
    ['that is not hexadecimal', { os_hash_algo: 'sha512', os_hash_value: 'z'.repeat(128) }],
    ['that is too short', { os_hash_algo: 'sha512', os_hash_value: 'ab' }],
    ['beside a checksum that is not hexadecimal', { ...SAID, checksum: 'z'.repeat(32) }],
  ])('LOC-18 a hash %s is refused', async (_what, said) => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.patch(id, adding(urlOf('a'), { validation_data: said })), 409);
    expect((await member.show(id)).status).toBe('queued');
  });
});
