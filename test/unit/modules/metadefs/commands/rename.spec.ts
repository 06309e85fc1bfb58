import { InMemoryEventStore } from '../../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { metadefNamespaceEvents } from '../../../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../../../src/events/event-codec.js';
import type { NewEvent } from '../../../../../src/events/event-store.js';
import { CommandHandling } from '../../../../../src/events/handle-command.js';
import { NamespaceCommandHandler } from '../../../../../src/modules/metadefs/commands/namespace-command.handler.js';
import { MetadefExists, MetadefNotFound } from '../../../../../src/modules/metadefs/domain/metadef.errors.js';
import { content, header, NOW } from '../domain/metadef.builder.js';

const context = { actor: { userId: 'u', projectId: 'p', roles: [] }, requestId: null };
const clock = { now: () => new Date(NOW) };

/** A log whose process dies before an append of the given event. */
class DyingEventStore extends InMemoryEventStore {
  diesAt: string | null = null;

  override append(...[stream, expected, events]: Parameters<InMemoryEventStore['append']>) {
    if (events.some(({ type }: NewEvent) => type === this.diesAt)) throw new Error('died');
    return super.append(stream, expected, events);
  }
}

describe('renaming a namespace', () => {
  let store: DyingEventStore;
  let handler: NamespaceCommandHandler;

  beforeEach(async () => {
    store = new DyingEventStore();
    const commands = new CommandHandling(store, EventCodec.of([metadefNamespaceEvents]), clock);
    handler = new NamespaceCommandHandler(commands, { catchUp: () => Promise.resolve() }, clock);
    await create('a');
  });

  const create = (name: string) =>
    handler.handle(
      { type: 'CreateNamespace', namespace: name, header: header({ name }), content: content({ tags: ['t'] }) },
      context,
    );
  const rename = (from: string, to: string) =>
    handler.update({ namespace: from, header: header({ name: to }) }, context, () => Promise.resolve());
  const addTag = (namespace: string, name: string) =>
    handler.handle({ type: 'AddTags', namespace, names: [name], replace: false }, context);
  const tagsOf = async (namespace: string, tag: string) => (await addTag(namespace, tag))?.tags.map(({ name }) => name);

  it('lets it go on with all that is in it, and frees the old name', async () => {
    expect(await rename('a', 'b')).toMatchObject({ name: 'b', tags: [{ name: 't' }], createdAt: NOW });
    await expect(addTag('a', 'x')).rejects.toBeInstanceOf(MetadefNotFound);
    await create('a');
    expect(await tagsOf('b', 'x')).toEqual(['t', 'x']);
  });

  it('is refused where the name is taken, and nothing happens', async () => {
    await create('b');
    const before = await store.lastPosition();
    await expect(rename('a', 'b')).rejects.toBeInstanceOf(MetadefExists);
    expect(await store.lastPosition()).toBe(before);
  });

  it('may go there and back again', async () => {
    await rename('a', 'b');
    await rename('b', 'a');
    expect(await tagsOf('a', 'x')).toEqual(['t', 'x']);
  });

  it.each(['MetadefNamespaceAdopted', 'MetadefNamespaceRenamed'])(
    'is finished by whoever comes next when the process died before %s',
    async (type) => {
      store.diesAt = type;
      await expect(rename('a', 'b')).rejects.toThrow('died');
      store.diesAt = null;
      await expect(addTag('a', 'x')).rejects.toBeInstanceOf(MetadefNotFound);
      expect(await tagsOf('b', 'y')).toEqual(['t', 'y']);
      await create('a');
    },
  );

  it('of two at once into one name lets one be the first, and the other stay', async () => {
    await create('b');
    const outcomes = await Promise.allSettled([rename('a', 'c'), rename('b', 'c')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const kept = outcomes[0].status === 'fulfilled' ? 'b' : 'a';
    expect(await tagsOf(kept, 'x')).toEqual(['t', 'x']);
    expect(await tagsOf('c', 'x')).toEqual(['t', 'x']);
  });

  it('of one to two names lets one be the name', async () => {
    const outcomes = await Promise.allSettled([rename('a', 'b'), rename('a', 'c')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
