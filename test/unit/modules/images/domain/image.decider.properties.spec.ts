import fc from 'fast-check';
import { Value } from 'typebox/value';
import type { ImageEvent } from '../../../../../src/events/contracts/image-events.js';
import { imageEvents } from '../../../../../src/events/contracts/image-events.js';
import { DomainError } from '../../../../../src/kernel/domain-error.js';
import { IMAGE_STATUSES } from '../../../../../src/modules/images/domain/image-status.js';
import type { ImageState, ImportState } from '../../../../../src/modules/images/domain/image-state.js';
import type { ImageChange, ImageCommand } from '../../../../../src/modules/images/domain/image.commands.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import { fold } from '../../../../support/decider-scenario.js';
import { imageCreated } from '../../../../support/image-events.builder.js';
import { imageChanges, imageLives } from './image-commands.arbitrary.js';
import { changeImage } from './image-commands.builder.js';

/** The edges that the Image API knows; nothing else may ever happen to a status. */
const edges: Readonly<Record<ImageState['status'], readonly ImageState['status'][]>> = {
  absent: ['queued'],
  queued: ['saving', 'uploading', 'importing', 'active', 'deleted'],
  saving: ['active', 'queued', 'killed', 'deleted'],
  uploading: ['importing', 'queued', 'deleted'],
  importing: ['active', 'queued', 'deleted'],
  active: ['deactivated', 'pending_delete', 'deleted'],
  deactivated: ['active', 'deleted'],
  killed: ['deleted'],
  pending_delete: ['deleted', 'active'],
  deleted: [],
};

type Step = Readonly<{ command: ImageCommand; before: ImageState; events: readonly ImageEvent[]; after: ImageState }>;

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
};

const decided = (command: ImageCommand, state: ImageState): readonly ImageEvent[] => {
  try {
    return imageDecider.decide(frozen(command), frozen(state));
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
};

const live = (commands: readonly ImageCommand[]): readonly Step[] => {
  const steps: Step[] = [];
  let state = imageDecider.initialState;
  for (const command of commands) {
    const before = state;
    const events = decided(command, before);
    state = fold(imageDecider, frozen(events), before);
    steps.push({ command, before, events, after: state });
  }
  return steps;
};

/** Stored and read back. */
const recorded = (events: readonly ImageEvent[]): readonly ImageEvent[] =>
  JSON.parse(JSON.stringify(events)) as readonly ImageEvent[];

/** What comes back after it was removed stands behind the others: that says nothing. */
const inOrder = (properties: ImageState['properties']) =>
  Object.entries(properties).toSorted(([one], [other]) => (one < other ? -1 : 1));

const descriptionOf = (image: Omit<ImportState['before'], 'status'>) => {
  const { name, diskFormat, containerFormat, minDiskGb, minRamMb, properties } = image;
  return { name, diskFormat, containerFormat, minDiskGb, minRamMb, properties: inOrder(properties) };
};

/** Compares text, because matchers look past a property that is called `__proto__`. */
const textOf = (state: ImageState): string => JSON.stringify(state);

const eachStep = (check: (step: Step, sofar: readonly ImageEvent[]) => void): void => {
  fc.assert(
    fc.property(imageLives, (commands) => {
      const log: ImageEvent[] = [];
      for (const step of live(commands)) {
        log.push(...step.events);
        check(step, log);
      }
    }),
    { numRuns: 150 },
  );
};

/** Commands that decide several things at once. */
const composed: readonly string[] = [
  'ChangeImage',
  'RevertImage',
  'RequestImport',
  'DescribeImport',
  'ImportToStore',
  'FailImport',
  'RestoreImage',
  'StartLocationImport',
] satisfies ImageCommand['type'][];

/** Each step has an event of its own. */
const changesLocations = (command: ImageCommand): boolean =>
  command.type === 'ChangeImage' && command.locations !== undefined;

/** No longer made, but read for ever. */
const retired: readonly string[] = ['ImageLocationMetadataChanged'];

describe('whatever is asked of an image', () => {
  it('its stored events, folded from the start, give the state that it is in', () => {
    eachStep(({ after }, log) => expect(textOf(fold(imageDecider, recorded(log)))).toBe(textOf(after)));
  });

  it('its events are what their contracts say', () => {
    eachStep(({ events }) => {
      for (const event of recorded(events)) {
        expect(event.schemaVersion).toBe(imageEvents[event.type].schemaVersion);
        expect([...Value.Errors(imageEvents[event.type].data, event.data)]).toEqual([]);
      }
    });
  });

  it('its status takes no other way than the known ones', () => {
    eachStep(({ before, events }) => {
      let state = before;
      for (const event of events) {
        const next = imageDecider.evolve(state, event);
        if (next.status !== state.status) expect(edges[state.status]).toContain(next.status);
        state = next;
      }
    });
  });

  it('it has data exactly when clients may be given some, and a size with it', () => {
    eachStep(({ after }) => {
      if (['active', 'deactivated', 'pending_delete'].includes(after.status)) {
        expect(after.locations.length).toBeGreaterThan(0);
        expect(after.sizeBytes).not.toBeNull();
        expect([after.diskFormat, after.containerFormat]).not.toContain(null);
      } else if (after.status === 'importing') {
        expect(after.locations).toEqual(after.import?.added ?? [after.locationImport?.location]);
      } else if (!['queued', 'deleted'].includes(after.status)) {
        expect(after.locations).toEqual([]); // a queued image may still name one whose data was refuted
      }
    });
  });

  it('it has no size while it is queued, and no import that has started', () => {
    eachStep(({ after }) => {
      if (after.status !== 'queued') return;
      expect(after).toMatchObject({ sizeBytes: null, digest: null, uploadId: null, uploadStore: null });
      expect(after.import?.pendingStores ?? null).toBeNull();
    });
  });

  it('it has a claim exactly while somebody brings data', () => {
    eachStep(({ after }) => {
      if (after.status === 'saving') expect(after.uploadId).not.toBeNull();
      if (after.status === 'importing') expect(after.import?.pendingStores ?? after.locationImport).not.toBeNull();
      if (after.status === 'uploading') expect(after.uploadId === null).toBe(after.sizeBytes !== null);
      if (['active', 'deactivated', 'killed'].includes(after.status)) {
        expect([after.uploadId, after.uploadStore]).toEqual([null, null]);
      }
    });
  });

  it('nothing happens to it twice: an event always changes the state, and a change has each event once', () => {
    eachStep(({ command, before, events }) => {
      let state = before;
      for (const event of events) {
        const next = imageDecider.evolve(state, event);
        expect(textOf(next)).not.toBe(textOf(state));
        state = next;
      }
      if (!changesLocations(command)) expect(new Set(events.map(({ type }) => type)).size).toBe(events.length);
      const refuted = before.status === 'queued' ? before.locations.length : 0; // must go before other data comes
      if (!composed.includes(command.type)) expect(events.length).toBeLessThanOrEqual(1 + refuted);
    });
  });

  it('no two of its locations hold the same bytes because of an import, nor is one kept that it does not have', () => {
    eachStep(({ after }) => {
      for (const { url } of after.import?.added ?? []) {
        expect(after.locations.filter((location) => location.url === url)).toHaveLength(1);
      }
    });
  });

  it('an import that fails leaves what clients have said, and nothing else', () => {
    eachStep(({ command, before, after }) => {
      if (command.type !== 'FailImport' || before.status !== 'importing' || after.status !== 'queued') return;
      expect(JSON.stringify(descriptionOf(after))).toBe(JSON.stringify(descriptionOf(before.import!.before)));
    });
  });

  it('a protected image is never deleted', () => {
    eachStep(({ before, events }) => {
      if (!before.protected) return;
      expect(events.map(({ type }) => type)).not.toContain('ImageDeleted');
      expect(events.map(({ type }) => type)).not.toContain('ImageDeletionScheduled');
    });
  });
});

/** The same change, done the plain way: field by field on a copy. */
const applied = (changes: readonly ImageChange[], state: ImageState): ImageState =>
  changes.reduce<ImageState>((current, change) => {
    if (change.kind === 'set_field') {
      return { ...current, [change.field]: change.field === 'tags' ? [...new Set(change.value)] : change.value };
    }
    const others = Object.entries(current.properties).filter(([name]) => name !== change.name);
    const set = change.kind === 'set_property' ? [[change.name, change.value] as const] : [];
    return { ...current, properties: Object.fromEntries([...others, ...set]) };
  }, state);

const sortedText = ({ properties, ...others }: ImageState): string => JSON.stringify([others, inOrder(properties)]);

describe('whatever is changed about an image', () => {
  it('the events lead to what the steps say', () => {
    const before = fold(imageDecider, [imageCreated({ properties: { a: '1', b: '2' }, tags: ['a'] })]);
    let accepted = 0;
    fc.assert(
      fc.property(imageChanges, (changes) => {
        let events: readonly ImageEvent[];
        try {
          events = imageDecider.decide(changeImage(changes), before);
        } catch (error) {
          if (error instanceof DomainError) return;
          throw error;
        }
        accepted += 1;
        expect(sortedText(fold(imageDecider, events, before))).toBe(sortedText(applied(changes, before)));
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('the random lives', () => {
  const steps = fc.sample(imageLives, { numRuns: 2000, seed: 1 }).flatMap(live);

  it('come through every status', () => {
    const seen = new Set<string>(steps.map(({ after }) => after.status));
    expect([...seen].filter((status) => status !== 'absent').toSorted()).toEqual([...IMAGE_STATUSES].toSorted());
  });

  it('have every event in them', () => {
    const seen = new Set(steps.flatMap(({ events }) => events.map(({ type }) => type)));
    expect([...seen].toSorted()).toEqual(
      Object.keys(imageEvents)
        .filter((type) => !retired.includes(type))
        .toSorted(),
    );
  });
});
