import { printVerification } from '../../../src/cli/verify.js';
import { ImageHouse, recordLines } from './image-house.js';
import { metadefsIn } from './metadef-house.js';

const DIFFERS = 'the read model differs from the events';

describe('hindsight verify, of metadata definitions', () => {
  let house: ImageHouse;
  let metadefs: ReturnType<typeof metadefsIn>;

  beforeEach(async () => {
    house = await ImageHouse.open();
    metadefs = metadefsIn(house);
    for (const type of ['OS::Nova::Server', 'OS::Glance::Image']) await metadefs.register(type);
    for (const name of ['OS::One', 'OS::Two']) await metadefs.create(name);
    expect(await problems()).toEqual([]);
  });
  afterEach(() => house.close());

  const problems = async (): Promise<readonly (readonly [subject: string, problem: string])[]> => {
    const { lines, print } = recordLines();
    await printVerification(house.backend, true, print);
    return lines
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map(({ subject, problem }) => [subject, problem] as const);
  };
  const tables = () => house.backend.database.writer;
  const differsIn = (...names: string[]) => `lists find it by what it is not: the rows differ in ${names.join(', ')}`;

  it('finds a namespace whose content is not what its events say', async () => {
    await tables()
      .updateTable('metadef_namespaces')
      .set({ content: JSON.stringify({ objects: [], properties: [], tags: [] }) })
      .where('key', '=', 'os::one')
      .execute();
    expect(await problems()).toEqual([['metadata definition namespace os::one', DIFFERS]]);
  });

  it('finds a namespace that is missing, and rows that are explained by no event', async () => {
    await tables().updateTable('metadef_namespaces').set({ key: 'os::ghost' }).where('key', '=', 'os::one').execute();
    await tables()
      .insertInto('metadef_associations')
      .values({ namespace_key: 'os::gone', type_key: 'os::nova::server' })
      .execute();
    expect((await problems()).toSorted()).toEqual([
      ['metadata definition namespace os::ghost', DIFFERS],
      ['metadata definition namespace os::gone', differsIn('metadef_associations')],
      ['metadata definition namespace os::one', DIFFERS],
    ]);
  });

  it('finds rows by which lists would find a namespace wrongly', async () => {
    await tables()
      .updateTable('metadef_namespaces')
      .set({ visibility: 'public' })
      .where('key', '=', 'os::one')
      .execute();
    await tables().deleteFrom('metadef_associations').where('namespace_key', '=', 'os::two').execute();
    expect(await problems()).toEqual([
      ['metadata definition namespace os::one', differsIn('metadef_namespaces')],
      ['metadata definition namespace os::two', differsIn('metadef_associations')],
    ]);
  });

  it('finds types of resources that are missing, altered, or explained by no event', async () => {
    const rows = tables();
    const type = JSON.stringify({ name: 'OS::Glance::Image', protected: true, createdAt: '2026-01-01T00:00:00.000Z' });
    await rows
      .updateTable('metadef_resource_types')
      .set({ key: 'ghost' })
      .where('key', '=', 'os::nova::server')
      .execute();
    await rows
      .updateTable('metadef_resource_types')
      .set({ document: type })
      .where('key', '=', 'os::glance::image')
      .execute();
    expect((await problems()).toSorted()).toEqual([
      ['resource type ghost', DIFFERS],
      ['resource type os::glance::image', DIFFERS],
      ['resource type os::nova::server', DIFFERS],
    ]);
  });

  it('finds a namespace that still stands under the name that it gave up', async () => {
    const before = await tables()
      .selectFrom('metadef_namespaces')
      .selectAll()
      .where('key', '=', 'os::one')
      .executeTakeFirstOrThrow();
    await metadefs.rename('OS::One', 'OS::Three');
    await tables().insertInto('metadef_namespaces').values(before).execute();
    expect(await problems()).toEqual([['metadata definition namespace os::one', DIFFERS]]);
  });

  it('finds nothing wrong with names that were given up, deleted, and taken again', async () => {
    await metadefs.rename('OS::One', 'OS::Three');
    await metadefs.create('OS::One');
    await metadefs.remove('OS::Three');
    await metadefs.rename('OS::One', 'os::THREE');
    await metadefs.create('OS::One');
    await metadefs.remove('OS::One');
    expect(await problems()).toEqual([]);
    await house.backend.projections.rebuild('metadefs');
    expect(await problems()).toEqual([]);
  });

  it('is mended by a rebuild', async () => {
    await tables().deleteFrom('metadef_namespaces').execute();
    await tables().deleteFrom('metadef_resource_types').execute();
    expect(await problems()).toHaveLength(4);
    await house.backend.projections.rebuild('metadefs');
    expect(await problems()).toEqual([]);
  });
});
