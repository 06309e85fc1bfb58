import type { MetadefNamespaceEvent } from '../../../../../src/events/contracts/metadef-events.js';
import {
  MetadefExists,
  MetadefInvalid,
  MetadefNotFound,
  MetadefProtected,
  MetadefRenameUnfinished,
} from '../../../../../src/modules/metadefs/domain/metadef.errors.js';
import type { NamespaceCommand } from '../../../../../src/modules/metadefs/domain/metadef.commands.js';
import { namespaceDecider } from '../../../../../src/modules/metadefs/domain/namespace.decider.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import { association, command, content, created, header, LATER, object, property } from './metadef.builder.js';

const ofNamespace = (...events: Parameters<typeof given>[1][]) => given(namespaceDecider, ...(events as never[]));
const deleted = { type: 'MetadefNamespaceDeleted', schemaVersion: 1, data: { deletedAt: LATER } } as const;
const requested = {
  type: 'MetadefNamespaceRenameRequested',
  schemaVersion: 1,
  data: { renameId: 'r', header: header({ name: 'OS::New' }), changedAt: LATER },
} as const;

describe('a namespace of metadata definitions', () => {
  it('comes to be with all that is in it', () => {
    const with1 = content({ objects: [object('o')], properties: [property('p')], tags: ['t'] });
    ofNamespace()
      .when(command('CreateNamespace', { header: header(), content: with1 }))
      .thenEvents({ ...created({}, with1), data: { ...created({}, with1).data, createdAt: LATER } } as never);
  });

  it('is there once only, however its name is written', () => {
    ofNamespace(created())
      .when(command('CreateNamespace', { header: header({ name: 'os::test' }), content: content() }))
      .thenRejects(MetadefExists, /OS::Test already exists/);
  });

  it.each([
    ['objects', { objects: [object('o'), object('O')] }],
    ['properties', { properties: [property('p'), property('P')] }],
    ['tags', { tags: ['t', 'T'] }],
    ['associations', { associations: [association('A'), association('a')] }],
  ])('has no two %s of one name', (_, twice) => {
    const create = command('CreateNamespace', { header: header(), content: content(twice) });
    ofNamespace().when(create).thenRejects(MetadefExists);
  });

  it.each(['', 'a/b', 'x'.repeat(81)])('cannot be called "%s"', (name) => {
    const create = command('CreateNamespace', { header: header({ name }), content: content() });
    ofNamespace().when(create).thenRejects(MetadefInvalid);
  });

  it('can be deleted, and its name be used again', () => {
    ofNamespace(created())
      .when(command('DeleteNamespace', { evenProtected: false }))
      .thenEvents(deleted);
    const create = command('CreateNamespace', { header: header(), content: content() });
    ofNamespace(created(), deleted)
      .when(create)
      .thenState({ namespace: expect.objectContaining({ createdAt: LATER }) as never });
  });

  it('is not there before it is created, nor after it was deleted', () => {
    const remove = command('DeleteNamespace', { evenProtected: true });
    for (const events of [[], [created(), deleted]])
      ofNamespace(...events)
        .when(remove)
        .thenRejects(MetadefNotFound);
  });

  it('is kept while it is protected, with everything in it', () => {
    const kept = created(
      { protected: true },
      { objects: [object('o')], properties: [property('p')], tags: ['t'], associations: [association('A')] },
    );
    const removals: NamespaceCommand[] = [
      command('DeleteNamespace', { evenProtected: false }),
      command('RemoveObject', { name: 'o' }),
      command('RemoveAllObjects', {}),
      command('RemoveProperty', { name: 'p' }),
      command('RemoveAllProperties', {}),
      command('RemoveTag', { name: 't' }),
      command('RemoveAllTags', {}),
      command('DissociateResourceType', { resourceType: 'A' }),
    ];
    for (const removal of removals)
      ofNamespace(kept)
        .when(removal)
        .thenRejects(MetadefProtected, /is protected/);
    ofNamespace(kept)
      .when(command('DeleteNamespace', { evenProtected: true }))
      .thenEvents(deleted);
  });

  it('changes only what is said anew', () => {
    const update = (overrides: Parameters<typeof header>[0]) =>
      command('UpdateNamespace', { header: header(overrides), renameId: 'r' });
    ofNamespace(created()).when(update({})).thenNothing();
    ofNamespace(created())
      .when(update({ visibility: 'public', protected: true, owner: 'b', description: 'D' }))
      .thenState({
        namespace: expect.objectContaining({
          visibility: 'public',
          protected: true,
          owner: 'b',
          description: 'D',
          updatedAt: LATER,
        }) as never,
      });
    ofNamespace(created())
      .when(update({ name: 'OS::TEST' }))
      .thenState({ namespace: expect.objectContaining({ name: 'OS::TEST' }) as never, rename: null });
  });

  describe('with things in it', () => {
    const full = created({}, { objects: [object('o'), object('o2')], properties: [property('p')], tags: ['a', 'b'] });

    it('adds, replaces and removes objects', () => {
      ofNamespace(full)
        .when(command('AddObject', { object: object('O') }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('ReplaceObject', { name: 'O', object: object('o3') }))
        .thenState({
          namespace: expect.objectContaining({
            objects: [
              expect.objectContaining({ name: 'o3', updatedAt: LATER }),
              expect.objectContaining({ name: 'o2' }),
            ],
          }) as never,
        });
      ofNamespace(full)
        .when(command('ReplaceObject', { name: 'o', object: object('O2') }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('RemoveObject', { name: 'none' }))
        .thenRejects(MetadefNotFound);
      ofNamespace(full)
        .when(command('RemoveAllObjects', {}))
        .thenEvents({ type: 'MetadefObjectsRemoved', schemaVersion: 1, data: { names: ['o', 'o2'], all: true } });
    });

    it('adds, renames and removes properties', () => {
      ofNamespace(full)
        .when(command('AddProperty', { property: property('P') }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('ReplaceProperty', { name: 'p', property: property('q') }))
        .thenState({
          namespace: expect.objectContaining({ properties: [expect.objectContaining({ name: 'q' })] }) as never,
        });
      ofNamespace(full)
        .when(command('RemoveProperty', { name: 'P' }))
        .thenEvents({ type: 'MetadefPropertiesRemoved', schemaVersion: 1, data: { names: ['p'] } });
    });

    it('replaces all tags, or adds to them; an empty list does nothing', () => {
      const added: MetadefNamespaceEvent = {
        type: 'MetadefTagsAdded',
        schemaVersion: 1,
        data: { names: ['c'], changedAt: LATER },
      };
      const removed: MetadefNamespaceEvent = {
        type: 'MetadefTagsRemoved',
        schemaVersion: 1,
        data: { names: ['a', 'b'] },
      };
      ofNamespace(full)
        .when(command('AddTags', { names: ['c'], replace: true }))
        .thenEvents(removed, added);
      ofNamespace(full)
        .when(command('AddTags', { names: ['c'], replace: false }))
        .thenEvents(added);
      ofNamespace(full)
        .when(command('AddTags', { names: [], replace: true }))
        .thenNothing();
      ofNamespace(full)
        .when(command('AddTags', { names: ['A'], replace: false }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('AddTags', { names: ['x', 'X'], replace: true }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('RenameTag', { name: 'a', newName: 'B' }))
        .thenRejects(MetadefExists);
      ofNamespace(full)
        .when(command('RenameTag', { name: 'a', newName: 'a' }))
        .thenNothing();
    });
  });

  it('takes from a file what it has not got, and with preference also what both have', () => {
    const known = created({}, { properties: [property('p'), property('q')], tags: ['a'] });
    const definition = {
      header: header({ description: 'new' }),
      content: content({
        properties: [property('P', { title: 'New', type: 'string' }), property('r')],
        tags: ['A', 'b'],
      }),
    };
    const merge = (preferNew: boolean) => command('MergeNamespace', { ...definition, preferNew });
    const names = (preferNew: boolean) => {
      const state = fold(namespaceDecider, [known]);
      const { namespace } = fold(namespaceDecider, namespaceDecider.decide(merge(preferNew), state), state);
      return {
        description: namespace?.description,
        titles: namespace?.properties.map(({ name, definition: { title } }) => `${name} ${String(title)}`),
        tags: namespace?.tags.map(({ name }) => name),
      };
    };
    expect(names(false)).toEqual({ description: null, titles: ['p T', 'q T', 'r T'], tags: ['a', 'b'] });
    expect(names(true)).toEqual({ description: 'new', titles: ['P New', 'q T', 'r T'], tags: ['a', 'b'] });
  });

  it('is overwritten only by what differs', () => {
    const known = created({ protected: true }, { tags: ['a'] });
    const overwrite = (tags: string[]) =>
      command('OverwriteNamespace', { header: header({ protected: true }), content: content({ tags }) });
    ofNamespace(known)
      .when(overwrite(['a']))
      .thenNothing();
    ofNamespace(known)
      .when(overwrite([]))
      .thenState({ namespace: expect.objectContaining({ tags: [], createdAt: LATER }) as never });
  });

  describe('whose name shall change', () => {
    it('waits until the stream of the new name has decided', () => {
      ofNamespace(created())
        .when(command('UpdateNamespace', { header: header({ name: 'OS::New' }), renameId: 'r' }))
        .thenEvents(requested);
      ofNamespace(created(), requested)
        .when(command('AddTags', { names: ['x'], replace: false }))
        .thenRejects(MetadefRenameUnfinished);
    });

    it('is gone from here when it was adopted, and stays when it was refused', () => {
      const end = (outcome: 'adopted' | 'refused') => command('EndRename', { renameId: 'r', outcome });
      ofNamespace(created(), requested).when(end('adopted')).thenState({ namespace: null, rename: null });
      ofNamespace(created(), requested)
        .when(end('refused'))
        .thenState({ namespace: expect.objectContaining({ name: 'OS::Test' }) as never, rename: null });
      ofNamespace(created()).when(end('adopted')).thenNothing();
    });

    it('is adopted where the name is free, once, and refused for good where it is taken', () => {
      const definition = { ...fold(namespaceDecider, [created()]).namespace!, name: 'OS::Test' };
      const adopt = command('AdoptNamespace', { renameId: 'r', previousName: 'OS::Old', definition });
      ofNamespace()
        .when(adopt)
        .thenState({ namespace: definition, decided: new Map([['r', 'adopted']]) });
      const adopted = {
        type: 'MetadefNamespaceAdopted',
        schemaVersion: 1,
        data: { renameId: 'r', previousName: 'OS::Old', namespace: definition },
      } as const;
      ofNamespace(adopted).when(adopt).thenNothing();
      ofNamespace(adopted, deleted).when(adopt).thenNothing();
      const refused = {
        type: 'MetadefNamespaceAdoptionRefused',
        schemaVersion: 1,
        data: { renameId: 'r', previousName: 'OS::Old' },
      } as const;
      ofNamespace(created()).when(adopt).thenEvents(refused);
      ofNamespace(created(), refused, deleted).when(adopt).thenNothing();
    });
  });
});
