import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithBackend } from '../support/backends.js';
import { newCast } from '../support/callers.js';
import { expectProblem, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import { expectSuccess } from '../support/run-command.js';
import { Service } from '../support/service.js';

const OWN_FILES = fileURLToPath(new URL('../../etc/metadefs', import.meta.url));
/** Where Debian's packages of Glance have the definitions that are in use everywhere. */
const STANDARD_FILES = '/usr/share/glance-common/metadefs';
const STANDARD_DEFINITIONS = 33;

const readFiles = async (folder: string): Promise<Map<string, any>> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const documents = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as { namespace: string }),
  );
  return new Map(documents.map((document) => [document.namespace, meaningOf(document)]));
};

/** What says nothing makes no difference. */
const meaningOf = (document: unknown): any =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) => {
    if (value === null) return undefined;
    return Array.isArray(value) && value.length === 0 ? undefined : value;
  });

describe('definition files', () => {
  let service: Service;
  let folder: string;
  const session = (): ImageSession => new ImageSession(() => service.url, newCast().admin);

  beforeAll(async () => {
    service = await Service.start({ environment: () => ({ OS_HINDSIGHT__IDENTITY: 'fakeauth' }) });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-metadefs-'));
  });
  afterEach(async () => {
    expectSuccess(await service.command('metadefs', 'unload'));
    await rm(folder, { recursive: true });
  });
  afterAll(() => service.remove());

  const positions = async (): Promise<string> => expectSuccess(await service.command('events', 'tail', '--json'));

  it('that come with the program are loaded while the service runs, and are seen at once', async () => {
    const printed = expectSuccess(await service.command('metadefs', 'load'));
    expect(printed).toContain('Hindsight::Image::Origin: created (image-origin.json)');
    const { json } = expectStatus(await session().get('/v2/metadefs/namespaces/Hindsight::Image::Origin'), 200);
    expect(json).toMatchObject({ owner: 'admin', visibility: 'public', protected: true });
    expect(json.properties.os_distro.type).toBe('string');
    expectSuccess(await service.command('metadefs', 'export', '--path', folder));
    expect(await readFiles(folder)).toEqual(await readFiles(OWN_FILES));
  });

  it('change nothing when they are loaded again', async () => {
    expectSuccess(await service.command('metadefs', 'load'));
    const before = await positions();
    for (const flags of [[], ['--merge'], ['--merge', '--prefer-new'], ['--merge', '--overwrite']]) {
      expectSuccess(await service.command('metadefs', 'load', ...flags));
    }
    expect(await positions()).toBe(before);
  });

  it('add to what is there, win over it, or take its place', async () => {
    const [file, path] = [join(folder, 'n.json'), '/v2/metadefs/namespaces/OS::Merged'];
    const write = (document: object) => writeFile(file, JSON.stringify({ namespace: 'OS::Merged', ...document }));
    const load = async (...flags: string[]) =>
      expectSuccess(await service.command('metadefs', 'load', '--path', file, ...flags));
    const titles = async () =>
      Object.entries<any>((await session().get(path)).json.properties).map(([name, { title }]) => `${name} ${title}`);
    await write({ properties: { a: { title: 'old', type: 'string' }, b: { title: 'old', type: 'string' } } });
    expect(await load()).toContain('created');
    await write({ properties: { a: { title: 'new', type: 'string' }, c: { title: 'new', type: 'string' } } });
    expect(await load()).toContain('skipped');
    expect(await titles()).toEqual(['a old', 'b old']);
    await load('--merge');
    expect(await titles()).toEqual(['a old', 'b old', 'c new']);
    await load('--merge', '--prefer-new');
    expect(await titles()).toEqual(['a new', 'b old', 'c new']);
    await load('--merge', '--overwrite');
    expect(await titles()).toEqual(['a new', 'c new']);
  });

  it('that cannot be used are named, and do not keep the others from being loaded', async () => {
    await writeFile(join(folder, 'a.json'), '{"namespace": "OS::Torn"');
    await writeFile(join(folder, 'b.json'), '{"namespace": "OS::Wrong", "tags": 5}');
    await writeFile(join(folder, 'c.json'), '{"namespace": "OS::Right"}');
    const { exitCode, stdout, stderr } = await service.command('metadefs', 'load', '--path', folder);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('OS::Right: created');
    expect(stderr).toMatch(/a\.json: the file is no JSON/);
    expect(stderr).toMatch(/b\.json: tags must be a list/);
  });

  it.each([['--prefer-new'], ['--overwrite'], ['--merge --prefer-new --overwrite']])(
    'are not loaded with %s, which makes no sense',
    async (flags) => {
      const { exitCode, stderr } = await service.command('metadefs', 'load', ...flags.split(' '));
      expect(exitCode).toBe(2);
      expect(stderr).toContain('need --merge');
    },
  );

  it('leave a history, agree with it, and are found again by a rebuild', async () => {
    expectSuccess(await service.command('metadefs', 'load'));
    const name = 'Hindsight::Image::Origin';
    const path = `/v2/metadefs/namespaces/${name}`;
    expectStatus(await session().put(path, { namespace: `${name}2`, visibility: 'public' }), 200);
    expectStatus(await session().post(`${path}2/tags/later`), 201);
    const history = expectSuccess(await service.command('metadefs', 'history', `${name}2`));
    expect(history).toMatch(/MetadefNamespaceAdopted[\s\S]*MetadefTagsAdded[\s\S]*tag later/);
    expect(expectSuccess(await service.command('metadefs', 'history', name))).toContain('MetadefNamespaceRenamed');
    expect((await service.command('metadefs', 'history', 'OS::Never')).exitCode).toBe(1);
    const shown = (await session().get(`${path}2`)).json;
    expectSuccess(await service.command('projections', 'rebuild', 'metadefs'));
    expect((await session().get(`${path}2`)).json).toEqual(shown);
    expectProblem(await session().get(path), 404);
    expect(expectSuccess(await service.command('verify'))).toContain('0 findings');
  });

  it('and what became of each of them can be told, whatever it was called and who has the name now', async () => {
    const path = (name: string): string => `/v2/metadefs/namespaces/${name}`;
    const api = session();
    const events = async (name: string): Promise<string[]> =>
      expectSuccess(await service.command('metadefs', 'history', name, '--json'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ event, under }: { event: string; under?: string }) =>
          under === undefined ? event : `${event} ${under}`,
        );
    const names = async (): Promise<string[]> =>
      expectStatus(await api.get('/v2/metadefs/namespaces'), 200).json.namespaces.map(
        ({ namespace }: { namespace: string }) => namespace,
      );
    const tagsOf = async (name: string): Promise<string[]> =>
      expectStatus(await api.get(`${path(name)}/tags`), 200).json.tags.map(({ name: tag }: { name: string }) => tag);

    expectStatus(await api.post('/v2/metadefs/namespaces', { namespace: 'Old', tags: [{ name: 'first' }] }), 201);
    expectStatus(await api.put(path('Old'), { namespace: 'New' }), 200);
    expectStatus(await api.post('/v2/metadefs/namespaces', { namespace: 'Old', tags: [{ name: 'second' }] }), 201);
    expect([await tagsOf('New'), await tagsOf('Old')]).toEqual([['first'], ['second']]);
    expectStatus(await api.delete(path('New')), 204);
    expectProblem(await api.get(path('New')), 404);
    expectStatus(await api.post('/v2/metadefs/namespaces', { namespace: 'New' }), 201);

    const shown = { names: await names(), old: await tagsOf('Old'), new: await tagsOf('New') };
    expect(shown).toEqual({ names: expect.arrayContaining(['Old', 'New']), old: ['second'], new: [] });
    expect((await events('Old')).filter((event) => event === 'MetadefNamespaceCreated')).toHaveLength(2);
    expect((await events('New')).slice(-5)).toEqual([
      'MetadefNamespaceCreated Old',
      'MetadefNamespaceRenameRequested Old',
      'MetadefNamespaceAdopted',
      'MetadefNamespaceDeleted',
      'MetadefNamespaceCreated',
    ]);
    expect(expectSuccess(await service.command('verify'))).toContain('0 findings');
    expectSuccess(await service.command('projections', 'rebuild', 'metadefs'));
    expect({ names: await names(), old: await tagsOf('Old'), new: await tagsOf('New') }).toEqual(shown);
    await service.restart();
    expect({ names: await names(), old: await tagsOf('Old'), new: await tagsOf('New') }).toEqual(shown);
    expect(expectSuccess(await service.command('verify'))).toContain('0 findings');
  });

  it('are unloaded altogether', async () => {
    expectSuccess(await service.command('metadefs', 'load'));
    expect(expectSuccess(await service.command('metadefs', 'unload'))).toContain('3 namespaces unloaded');
    expect((await session().get('/v2/metadefs/namespaces')).json.namespaces).toEqual([]);
    expect((await session().get('/v2/metadefs/resource_types')).json.resource_types).toEqual([]);
    expect(expectSuccess(await service.command('verify'))).toContain('0 findings');
  });

  describeWithBackend('Glance’s standard metadata definitions', existsSync(STANDARD_FILES), () => {
    it('are all loaded, and exported as they were', async () => {
      const printed = expectSuccess(await service.command('metadefs', 'load', '--path', STANDARD_FILES));
      expect(printed.match(/: created/g)).toHaveLength(STANDARD_DEFINITIONS);
      expectSuccess(await service.command('metadefs', 'export', '--path', folder));
      const [exported, standard] = [await readFiles(folder), await readFiles(STANDARD_FILES)];
      expect([...exported.keys()].toSorted()).toEqual([...standard.keys()].toSorted());
      for (const [name, document] of standard) expect(exported.get(name)).toEqual(document);
      const { json } = await session().get('/v2/metadefs/namespaces?limit=100');
      expect(json.namespaces).toHaveLength(STANDARD_DEFINITIONS);
      for (const { self } of json.namespaces) expectStatus(await session().get(self), 200);
    });
  });
});
