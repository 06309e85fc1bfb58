import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { ChangeImage, ImageChange, RevertImage } from './image.commands.js';
import { canChangeFormats, changeImage } from './image-changes.js';
import { countsAsProperty } from './image-quotas.js';
import type { ImageState } from './image-state.js';

type Reversion = Untimed<RevertImage>;

/** Goes back as a client would that knew how it was: whatever refuses a change refuses this, too. */
export const revertImage = (command: RevertImage, state: ImageState): ImageEvent[] =>
  changeImage({ ...changeTo(command, state), now: command.now }, state);

/** The change that leads back; without steps when nothing differs. */
export const changeTo = (command: Reversion, state: ImageState): Untimed<ChangeImage> => ({
  type: 'ChangeImage',
  imageId: command.imageId,
  quotas: command.quotas,
  changes: [...fieldSteps(command, state), ...propertySteps(command, state)],
});

const fieldSteps = ({ target }: Reversion, state: ImageState): readonly ImageChange[] => {
  const steps: ImageChange[] = [
    { kind: 'set_field', field: 'name', value: target.name },
    { kind: 'set_field', field: 'visibility', value: target.visibility },
    { kind: 'set_field', field: 'protected', value: target.protected },
    { kind: 'set_field', field: 'hidden', value: target.hidden },
    { kind: 'set_field', field: 'minDiskGb', value: target.minDiskGb },
    { kind: 'set_field', field: 'minRamMb', value: target.minRamMb },
    { kind: 'set_field', field: 'tags', value: target.tags },
  ];
  if (canChangeFormats(state.status)) {
    steps.push({ kind: 'set_field', field: 'diskFormat', value: target.diskFormat });
    steps.push({ kind: 'set_field', field: 'containerFormat', value: target.containerFormat });
  }
  return steps.filter((step) => step.kind === 'set_field' && !isSame(step.value, state[step.field]));
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Removals come first: they make room for what returns. What the service itself keeps there is not for clients to change. */
const propertySteps = ({ target, keeps }: Reversion, { properties }: ImageState): readonly ImageChange[] => {
  const then = new Map(Object.entries(target.properties));
  const now = new Map(Object.entries(properties));
  const isFree = (name: string): boolean => countsAsProperty(name) && !keeps.includes(name);
  const removed = [...now.keys()].filter((name) => !then.has(name) && isFree(name));
  const set = [...then].filter(([name, value]) => now.get(name) !== value && isFree(name));
  return [
    ...removed.map((name): ImageChange => ({ kind: 'remove_property', name })),
    ...set.map(([name, value]): ImageChange => ({ kind: 'set_property', name, value, when: 'any' })),
  ];
};
