import fc from 'fast-check';
import { metadefEvents } from '../../../../../src/events/contracts/metadef-events.js';
import type { MetadefNamespaceEvent } from '../../../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../../../src/events/event-codec.js';
import { DomainError } from '../../../../../src/kernel/domain-error.js';
import type { Json } from '../../../../../src/kernel/json.js';
import type { NamespaceCommand } from '../../../../../src/modules/metadefs/domain/metadef.commands.js';
import { namespaceFile, parseNamespaceFile } from '../../../../../src/modules/metadefs/domain/namespace-file.js';
import type { NamespaceState } from '../../../../../src/modules/metadefs/domain/namespace-state.js';
import { namespaceDecider } from '../../../../../src/modules/metadefs/domain/namespace.decider.js';
import { association, command, content, header, object, property } from './metadef.builder.js';

const name = fc.constantFrom('a', 'A', 'b', 'ß', '__proto__', 'constructor', 'x'.repeat(80), '', 'c\nd');
const names = fc.uniqueArray(name, { maxLength: 3 });
const flag = fc.boolean();
const someHeader = fc
  .record({ visibility: fc.constantFrom('public' as const, 'private' as const, null), protected: flag, name })
  .map((fields) => header({ ...fields, name: `OS::Test${fields.name}` }));
const ownHeader = fc.record({ protected: flag, description: fc.option(name, { nil: null }) }).map(header);
const definition = fc.record({ title: name, default: fc.jsonValue() });
const someObject = fc.tuple(name, fc.dictionary(name, definition, { maxKeys: 2 })).map(([of, all]) => object(of, all));
const someProperty = fc.tuple(name, definition).map(([of, said]) => property(of, said));
const someAssociation = fc.tuple(name, fc.option(name, { nil: null })).map(([of, prefix]) => association(of, prefix));
const someContent = fc
  .record({
    objects: fc.array(someObject, { maxLength: 3 }),
    properties: fc.array(someProperty, { maxLength: 3 }),
    associations: fc.array(someAssociation, { maxLength: 2 }),
    tags: names,
  })
  .map(content);

const someCommand: fc.Arbitrary<NamespaceCommand> = fc.oneof(
  fc.tuple(ownHeader, someContent).map(([of, all]) => command('CreateNamespace', { header: of, content: all })),
  fc
    .tuple(fc.oneof(ownHeader, someHeader), fc.uuid())
    .map(([of, renameId]) => command('UpdateNamespace', { header: of, renameId })),
  flag.map((evenProtected) => command('DeleteNamespace', { evenProtected })),
  fc
    .tuple(ownHeader, someContent, flag)
    .map(([of, all, preferNew]) => command('MergeNamespace', { header: of, content: all, preferNew })),
  fc.tuple(ownHeader, someContent).map(([of, all]) => command('OverwriteNamespace', { header: of, content: all })),
  fc
    .constantFrom('adopted' as const, 'refused' as const)
    .map((outcome) => command('EndRename', { renameId: 'current', outcome })),
  someObject.map((of) => command('AddObject', { object: of })),
  fc.tuple(name, someObject).map(([of, next]) => command('ReplaceObject', { name: of, object: next })),
  name.map((of) => command('RemoveObject', { name: of })),
  fc.constant(command('RemoveAllObjects', {})),
  someProperty.map((of) => command('AddProperty', { property: of })),
  fc.tuple(name, someProperty).map(([of, next]) => command('ReplaceProperty', { name: of, property: next })),
  name.map((of) => command('RemoveProperty', { name: of })),
  fc.constant(command('RemoveAllProperties', {})),
  fc.tuple(names, flag).map(([of, replace]) => command('AddTags', { names: of, replace })),
  fc.tuple(name, name).map(([of, newName]) => command('RenameTag', { name: of, newName })),
  name.map((of) => command('RemoveTag', { name: of })),
  fc.constant(command('RemoveAllTags', {})),
  someAssociation.map((of) => command('AssociateResourceType', { association: of })),
  name.map((resourceType) => command('DissociateResourceType', { resourceType })),
);

const codec = EventCodec.of([metadefEvents]);

/** What a command leads to; null when it is refused. Anything but a refusal is a failure of the test. */
const decide = (asked: NamespaceCommand, state: NamespaceState): readonly MetadefNamespaceEvent[] | null => {
  const current = asked.type === 'EndRename' ? { ...asked, renameId: state.rename?.renameId ?? asked.renameId } : asked;
  try {
    return namespaceDecider.decide(current, state);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
};

const history = fc.array(someCommand, { maxLength: 40 });

const play = (commands: readonly NamespaceCommand[], visit: (state: NamespaceState) => void): void => {
  let state = namespaceDecider.initialState;
  for (const asked of commands) {
    for (const event of decide(asked, state) ?? []) {
      const { data } = codec.encode(event);
      expect(JSON.parse(JSON.stringify(data))).toEqual(data);
      state = namespaceDecider.evolve(state, event);
    }
    visit(state);
  }
};

describe('whatever happens to a namespace', () => {
  it('events keep their contracts, and no two things of one kind have one name', () => {
    fc.assert(
      fc.property(history, (commands) => {
        play(commands, ({ namespace }) => {
          if (namespace === null) return;
          const lists = [
            namespace.objects.map((item) => item.name),
            namespace.properties.map((item) => item.name),
            namespace.tags.map((item) => item.name),
            namespace.associations.map((item) => item.resourceType),
          ];
          for (const list of lists) {
            expect(new Set(list.map((each) => each.toLowerCase())).size).toBe(list.length);
            expect(list).not.toContain('');
          }
        });
      }),
    );
  });

  it('nothing is taken from a namespace that is protected, but by an operator or by replacing', () => {
    fc.assert(
      fc.property(history, someCommand, (commands, last) => {
        let state = namespaceDecider.initialState;
        play(commands, (now) => (state = now));
        if (state.namespace?.protected !== true || (last.type === 'DeleteNamespace' && last.evenProtected)) return;
        const events = decide(last, state) ?? [];
        const taken = events.filter(({ type }) => /Removed$|Dissociated$|Deleted$/.test(type));
        expect(last.type === 'OverwriteNamespace' || last.type === 'AddTags' ? [] : taken).toEqual([]);
      }),
    );
  });

  it('its definition file says the same again', () => {
    fc.assert(
      fc.property(history, (commands) => {
        play(commands, ({ namespace }) => {
          if (namespace === null) return;
          const file = namespaceFile(namespace);
          const read = parseNamespaceFile(JSON.parse(JSON.stringify(file)) as Json);
          const reload = command('OverwriteNamespace', {
            header: { ...read.header, owner: namespace.owner },
            content: read.content,
          });
          expect(namespaceDecider.decide(reload, { ...namespaceDecider.initialState, namespace })).toEqual([]);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('a hostile definition file', () => {
  const nearly = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.dictionary(name, tie('value')), fc.array(tie('value'))),
  })).value;
  const part = fc.constantFrom(
    'namespace',
    'display_name',
    'description',
    'visibility',
    'protected',
    'owner',
    'resource_type_associations',
    'properties',
    'objects',
    'tags',
  );

  it('is understood, or refused with words that say what is wrong', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.dictionary(part, nearly)), (document) => {
        try {
          const { header: of, content: all } = parseNamespaceFile(document as Json);
          decide(command('CreateNamespace', { header: of, content: all }), namespaceDecider.initialState);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
          expect((error as DomainError).code).toBe('metadef.invalid');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('exhausts nothing by its depth', () => {
    let deep: Json = {};
    for (let level = 0; level < 50_000; level += 1) deep = { properties: deep };
    expect(() => parseNamespaceFile(deep)).toThrow(/nested deeper/);
  });
});
