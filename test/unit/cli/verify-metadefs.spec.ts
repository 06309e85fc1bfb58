import { printVerification } from '../../../src/cli/verify.js';
import { metadefNamespaceEvents, metadefResourceTypeEvents } from '../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { NamespaceCommandHandler } from '../../../src/modules/metadefs/commands/namespace-command.handler.js';
import { ResourceTypeHandler } from '../../../src/modules/metadefs/commands/resource-type.handler.js';
import { ImageHouse, recordLines } from './image-house.js';

const context = { actor: { userId: 'alice', projectId: 'project-1', roles: [] }, requestId: null };
const DIFFERS = 'the read model differs from the events';
const header = (name: string) =>
  ({ name, displayName: 'X', description: null, visibility: 'private', protected: false, owner: 'project-1' }) as const;

describe('hindsight verify, of metadata definitions', () => {
  let house: ImageHouse;
  let namespaces: NamespaceCommandHandler;
  let types: ResourceTypeHandler;

  beforeEach(async () => {
    house = await ImageHouse.open();
    const { eventStore, clock, projections } = house.backend;
    namespaces = new NamespaceCommandHandler(
      new CommandHandling(eventStore, EventCodec.of([metadefNamespaceEvents]), clock),
      projections,
      clock,
    );
    types = new ResourceTypeHandler(
      new CommandHandling(eventStore, EventCodec.of([metadefResourceTypeEvents]), clock),
      projections,
      clock,
    );
    for (const type of ['OS::Nova::Server', 'OS::Glance::Image']) await types.register(type, false, context);
    for (const name of ['OS::One', 'OS::Two']) await create(name);
    expect(await problems()).toEqual([]);
  });
  afterEach(() => house.close());

  const create = (name: string) => {
    const association = { resourceType: 'OS::Glance::Image', prefix: null, propertiesTarget: null };
    const content = { associations: [association], objects: [], properties: [], tags: ['a'] };
    return namespaces.handle({ type: 'CreateNamespace', namespace: name, header: header(name), content }, context);
  };
  const rename = (from: string, to: string) =>
    namespaces.update({ namespace: from, header: header(to) }, context, () => Promise.resolve());
  const remove = (name: string) =>
    namespaces.handle({ type: 'DeleteNamespace', namespace: name, evenProtected: false }, context);

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
    await rename('OS::One', 'OS::Three');
    await tables().insertInto('metadef_namespaces').values(before).execute();
    expect(await problems()).toEqual([['metadata definition namespace os::one', DIFFERS]]);
  });

  it('finds nothing wrong with names that were given up, deleted, and taken again', async () => {
    await rename('OS::One', 'OS::Three');
    await create('OS::One');
    await remove('OS::Three');
    await rename('OS::One', 'os::THREE');
    await create('OS::One');
    await remove('OS::One');
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
