import fc from 'fast-check';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { DomainError } from '../../../src/kernel/domain-error.js';
import type { ImageCommand } from '../../../src/modules/images/domain/image.commands.js';
import type { ImageState } from '../../../src/modules/images/domain/image-state.js';
import { imageDecider } from '../../../src/modules/images/domain/image.decider.js';
import { evolveImageDetails } from '../../../src/projections/images/image-details.projection.js';
import type { ImageDetails } from '../../../src/projections/images/image-details.read-model.js';
import { newEvent } from '../../support/new-event.js';
import { imageLives } from '../modules/images/domain/image-commands.arbitrary.js';

const decided = (command: ImageCommand, state: ImageState): readonly ImageEvent[] => {
  try {
    return imageDecider.decide(command, state);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
};

const projected = (details: ImageDetails | null, event: ImageEvent, revision: number): ImageDetails | null =>
  evolveImageDetails(details, {
    event,
    envelope: { ...newEvent({ type: event.type }), stream: 'image-1', revision, position: BigInt(revision + 1) },
  });

/** What both of them know. Text, because matchers look past a property that is called `__proto__`. */
const common = (image: ImageState | ImageDetails): string => {
  const { status, owner, name, visibility, diskFormat, containerFormat, minDiskGb, minRamMb, tags, locations } = image;
  const members: readonly (readonly [string, string])[] = Array.isArray(image.members)
    ? image.members.map(({ memberId, status: answer }) => [memberId, answer])
    : Object.entries(image.members);
  const described = { owner, name, visibility, protected: image.protected, hidden: image.hidden, tags };
  const data = { diskFormat, containerFormat, minDiskGb, minRamMb, size: image.sizeBytes, locations };
  const properties = Object.entries(image.properties).toSorted();
  return JSON.stringify({ status, ...described, ...data, properties, members: members.toSorted(), ...bringing(image) });
};

/** Who brings data, what is known of it, and where it is still missing. */
const bringing = (image: ImageState | ImageDetails) => {
  const { uploadId, uploadStore } = image;
  if (!('import' in image)) {
    const { importTaskId: taskId, importingStores, checksum, hashAlgorithm, hashValue } = image;
    const digest = hashValue === null ? null : [checksum, hashAlgorithm, hashValue];
    return { uploadId, uploadStore, taskId, pending: taskId === null ? [] : (importingStores ?? []), digest };
  }
  const { import: current, locationImport } = image;
  const taskId = (current ?? locationImport)?.taskId ?? null;
  const digest = image.digest && [image.digest.checksum, image.digest.hashAlgorithm, image.digest.hashValue];
  const pending = (current?.pendingStores ?? []).toSorted();
  return { uploadId, uploadStore, taskId, pending, digest };
};

describe('what is shown of an image', () => {
  it('is what decisions about it are made on, whatever happens to it', () => {
    fc.assert(
      fc.property(imageLives, (commands) => {
        let state = imageDecider.initialState;
        let details: ImageDetails | null = null;
        let revision = 0;
        for (const command of commands) {
          for (const event of decided(command, state)) {
            state = imageDecider.evolve(state, event);
            details = projected(details, event, revision);
            revision += 1;
          }
          if (details === null) expect(['absent', 'deleted']).toContain(state.status);
          else expect(common(details)).toBe(common(state));
        }
      }),
      { numRuns: 300 },
    );
  });
});
