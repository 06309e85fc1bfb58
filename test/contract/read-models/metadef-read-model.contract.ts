import fc from 'fast-check';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { metadefEvents } from '../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { NamespaceCommandHandler } from '../../../src/modules/metadefs/commands/namespace-command.handler.js';
import { ResourceTypeHandler } from '../../../src/modules/metadefs/commands/resource-type.handler.js';
import { NAMESPACE_SORT_KEYS } from '../../../src/projections/metadefs/metadef.read-model.js';
import type { NamespaceListQuery, NamespaceSummary } from '../../../src/projections/metadefs/metadef.read-model.js';
import { SqlMetadefProjection } from '../../../src/projections/metadefs/sql-metadef.projection.js';
import { SqlMetadefReadModel } from '../../../src/projections/metadefs/sql-metadef.read-model.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import type { ReadModelHarness } from './read-model.harness.js';

const context = { actor: { userId: 'u', projectId: 'mine', roles: [] }, requestId: null };
const empty = { associations: [], objects: [], properties: [], tags: [] };
const header = {
  displayName: null,
  description: null,
  visibility: 'private',
  protected: false,
  owner: 'mine',
} as const;
const everybody: NamespaceListQuery = {
  viewer: { projectId: 'ops', isAdmin: true },
  visibility: null,
  resourceTypes: null,
  sort: { key: 'created_at', direction: 'asc' },
  after: null,
  limit: 1000,
};

type Header = Readonly<{
  displayName?: string | null;
  visibility?: 'public' | 'private' | null;
  protected?: boolean | null;
  owner?: string;
}>;

export function metadefReadModelContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`MetadefReadModel contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let model: SqlMetadefReadModel;
    let runner: ProjectionRunner<any>;
    let namespaces: NamespaceCommandHandler;
    let types: ResourceTypeHandler;
    let seconds = 0;
    const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + (seconds += 1) * 1000) };

    const start = async (): Promise<void> => {
      harness = await setUp();
      const [store, codec] = [new InMemoryEventStore(), EventCodec.of([metadefEvents])];
      const database = await harness.open();
      model = new SqlMetadefReadModel(database);
      runner = new ProjectionRunner<any>(store, codec, database, [new SqlMetadefProjection()]);
      await runner.migrate();
      const commands = new CommandHandling<any>(store, codec as never, clock);
      namespaces = new NamespaceCommandHandler(commands, runner, clock);
      types = new ResourceTypeHandler(commands, runner, clock);
    };
    const create = async (of: string, more: Header = {}, resourceTypes: readonly string[] = []): Promise<void> => {
      const associations = resourceTypes.map((resourceType) => ({
        resourceType,
        prefix: null,
        propertiesTarget: null,
      }));
      const definition = { header: { ...header, ...more, name: of }, content: { ...empty, associations } };
      await namespaces.handle({ type: 'CreateNamespace', namespace: of, ...definition }, context);
    };
    const rename = (from: string, to: string) =>
      namespaces.update({ namespace: from, header: { ...header, name: to } }, context, () => Promise.resolve());
    const listed = async (query: Partial<NamespaceListQuery>): Promise<readonly string[]> =>
      namesOf(await model.list({ ...everybody, ...query }));

    beforeEach(start);
    afterEach(() => harness.tearDown());

    it('shows a namespace at once, in whatever case its name is written', async () => {
      await create('OS::One');
      await namespaces.handle({ type: 'AddTags', namespace: 'os::one', names: ['t'], replace: false }, context);
      expect(await model.find('os::ONE')).toMatchObject({ name: 'OS::One', tags: [{ name: 't' }], revision: 1 });
      expect(await model.find('OS::Two')).toBeNull();
    });

    it('knows what was deleted no longer, and what came after it instead', async () => {
      await create('a', { displayName: 'first' }, ['T']);
      await namespaces.handle({ type: 'DeleteNamespace', namespace: 'a', evenProtected: false }, context);
      expect([await model.find('a'), await listed({ resourceTypes: ['T'] })]).toEqual([null, []]);
      await create('A', { displayName: 'second' });
      expect(await model.find('a')).toMatchObject({ name: 'A', displayName: 'second' });
    });

    it('shows a namespace under its new name only', async () => {
      await create('a', {}, ['T']);
      await rename('a', 'b');
      expect(await model.find('a')).toBeNull();
      expect(await listed({ resourceTypes: ['t'] })).toEqual(['b']);
      await create('a');
      expect(await listed({})).toEqual(['b', 'a']);
    });

    it('lists what is public and what is the viewer’s own', async () => {
      await create('own');
      await create('open', { visibility: 'public', owner: 'theirs' });
      await create('foreign', { owner: 'theirs' });
      await create('unsaid', { visibility: null, owner: 'theirs' });
      const mine = { projectId: 'mine', isAdmin: false };
      expect(await listed({ viewer: mine })).toEqual(['own', 'open']);
      expect(await listed({ viewer: mine, visibility: 'private' })).toEqual(['own']);
      expect(await listed({ viewer: { projectId: null, isAdmin: false } })).toEqual(['open']);
      expect(await listed({})).toEqual(['own', 'open', 'foreign', 'unsaid']);
    });

    it('finds namespaces that are meant for any of some types', async () => {
      await create('a', {}, ['T', 'U']);
      await create('b', {}, ['V']);
      await create('c');
      expect(await listed({ resourceTypes: ['t', 'V', 'U'] })).toEqual(['a', 'b']);
      expect(await listed({ resourceTypes: [] })).toEqual([]);
    });

    it('keeps pages together under every order', async () => {
      const flag = fc.constantFrom(true, false, null);
      const some = fc.record({
        displayName: fc.constantFrom('x', 'y', null),
        protected: flag,
        owner: fc.constantFrom('p', 'q'),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(some, { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 5 }),
          async (all, limit) => {
            await harness.tearDown();
            await start();
            for (const [index, more] of all.entries()) await create(`n${index}`, more);
            for (const key of NAMESPACE_SORT_KEYS) {
              for (const direction of ['asc', 'desc'] as const) {
                const sort = { key, direction };
                const seen: string[] = [];
                let after: NamespaceSummary | null = null;
                for (;;) {
                  const page: readonly NamespaceSummary[] = await model.list({ ...everybody, sort, after, limit });
                  seen.push(...namesOf(page));
                  after = page.at(-1) ?? null;
                  if (after === null || seen.length > 100) break;
                }
                expect(seen).toEqual(await listed({ sort }));
                expect(seen.toSorted()).toEqual(all.map((_, index) => `n${index}`).toSorted());
              }
            }
          },
        ),
        { numRuns: 5, endOnFailure: true },
      );
    });

    it('knows types of resources in the order in which they were named, until they are removed', async () => {
      for (const type of ['Z', 'A', 'z']) await types.register(type, false, context);
      expect((await model.resourceTypes()).map((type) => type.name)).toEqual(['Z', 'A']);
      await types.remove('z', context);
      expect((await model.resourceTypes()).map((type) => type.name)).toEqual(['A']);
    });

    it('tells namespaces apart that had a name one after the other, also in a rebuild', async () => {
      const remove = (of: string) =>
        namespaces.handle({ type: 'DeleteNamespace', namespace: of, evenProtected: false }, context);
      const tag = (of: string, ...names: string[]) =>
        namespaces.handle({ type: 'AddTags', namespace: of, names, replace: false }, context);
      const tagsOf = async (of: string) => (await model.find(of))?.tags.map((each) => each.name) ?? null;
      const shown = async () => [await tagsOf('a'), await tagsOf('b'), (await model.list(everybody)).length];
      const steps: readonly (readonly [act: () => Promise<unknown>, shown: readonly unknown[]])[] = [
        [() => create('a', {}, ['T']), [[], null, 1]],
        [() => tag('a', 'first'), [['first'], null, 1]],
        [() => rename('a', 'b'), [null, ['first'], 1]],
        [() => create('A'), [[], ['first'], 2]],
        [() => tag('a', 'second'), [['second'], ['first'], 2]],
        [() => remove('b'), [['second'], null, 1]],
        [() => rename('A', 'B'), [null, ['second'], 1]],
        [() => rename('b', 'a'), [['second'], null, 1]],
        [() => remove('a'), [null, null, 0]],
        [() => create('a'), [[], null, 1]],
      ];
      for (const [act, expected] of steps) {
        await act();
        expect(await shown()).toEqual(expected);
        await runner.rebuild('metadefs');
        expect(await shown()).toEqual(expected);
      }
      await expect(rename('b', 'a')).rejects.toMatchObject({ code: 'metadef.not_found' });
      await create('b');
      await expect(rename('b', 'A')).rejects.toMatchObject({ code: 'metadef.exists' });
    });

    it('is the same after a rebuild', async () => {
      await create('a', {}, ['T']);
      await create('b', { displayName: 'B' });
      await rename('a', 'c');
      await types.register('T', true, context);
      const shown = async () => [await model.list(everybody), await model.find('c'), await model.resourceTypes()];
      const before = await shown();
      await runner.rebuild('metadefs');
      expect(await shown()).toEqual(before);
    });
  });
}

const namesOf = (namespaces: readonly NamespaceSummary[]): readonly string[] => namespaces.map(({ name }) => name);
