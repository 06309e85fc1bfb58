import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { ChangeImage, ImageChange, ImageDescription, ImageQuotas } from './image.commands.js';
import { ImageFormatFixed, ImagePropertyExists, ImagePropertyMissing } from './image.errors.js';
import { differences } from './image-differences.js';
import type { ForImage } from './image-guards.js';
import { changedLocations } from './image-location-changes.js';
import { mustBeLive } from './image-guards.js';
import { countsAsProperty, mustFitQuota } from './image-quotas.js';
import type { ImageState } from './image-state.js';
import { replacementTags } from './image-tags.js';

type SetField = Extract<ImageChange, { kind: 'set_field' }>;
type SetProperty = Extract<ImageChange, { kind: 'set_property' }>;

/** The working copy that the steps of one change are applied to. Maps are safe with any name, `__proto__` too. */
type Draft = { fields: Omit<ImageDescription, 'properties'>; properties: Map<string, string> };

/** Steps to take on an image. */
type Changes = ForImage & Readonly<{ changes: readonly ImageChange[]; quotas: ImageQuotas }>;

export const changeImage = (command: ChangeImage, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  const described = changedDescription(command, state);
  const changes = differences(state, described);
  if (command.locations === undefined) return changes;
  const { imageId, quotas, locations } = command;
  return [...changes, ...changedLocations({ imageId, quotas, ...locations }, { ...state, ...described })];
};

/**
 * What the description is after all steps.
 * @throws ImageFormatFixed, ImagePropertyMissing, ImagePropertyExists, ImageQuotaExceeded
 */
export const changedDescription = (command: Changes, state: ImageState): ImageDescription => {
  const draft: Draft = { fields: state, properties: new Map(Object.entries(state.properties)) };
  for (const change of command.changes) applyChange(change, draft, command, state);
  mustFitPropertyQuota(draft, command, state);
  return { ...draft.fields, properties: Object.fromEntries(draft.properties) };
};

const applyChange = (change: ImageChange, draft: Draft, command: Changes, state: ImageState): void => {
  switch (change.kind) {
    case 'set_field':
      draft.fields = withField(change, draft.fields, command, state);
      return;
    case 'set_property':
      mustMeetCondition(change, draft);
      draft.properties.set(change.name, change.value);
      return;
    case 'remove_property':
      if (!draft.properties.delete(change.name)) throw missingProperty(change.name);
      return;
  }
};

const withField = (change: SetField, fields: Draft['fields'], command: Changes, state: ImageState): Draft['fields'] => {
  switch (change.field) {
    case 'diskFormat':
      mustAllowFormats('disk_format', command, state);
      return { ...fields, diskFormat: change.value };
    case 'containerFormat':
      mustAllowFormats('container_format', command, state);
      return { ...fields, containerFormat: change.value };
    case 'tags':
      return { ...fields, tags: replacementTags(change.value, fields.tags, command.quotas) };
    case 'name':
    case 'owner':
    case 'visibility':
    case 'protected':
    case 'hidden':
    case 'minDiskGb':
    case 'minRamMb':
      return { ...fields, [change.field]: change.value };
  }
};

export const canChangeFormats = (status: ImageState['status']): boolean =>
  status === 'queued' || status === 'importing';

/** An importing image may still learn its formats from the data; the value does not matter, the attempt does. */
const mustAllowFormats = (property: string, { imageId }: Changes, { status }: ImageState): void => {
  if (canChangeFormats(status)) return;
  throw new ImageFormatFixed(`${property} of image ${imageId} cannot be set while its status is ${status}.`, {
    imageId,
    property,
    status,
  });
};

const mustMeetCondition = ({ name, when }: SetProperty, { properties }: Draft): void => {
  if (when === 'present' && !properties.has(name)) throw missingProperty(name);
  if (when === 'absent' && properties.has(name)) {
    throw new ImagePropertyExists(`Property ${name} exists already.`, { property: name });
  }
};

export const missingProperty = (name: string): ImagePropertyMissing =>
  new ImagePropertyMissing(`Property ${name} does not exist.`, { property: name });

/** Only who adds a property is asked: an image that is over its quota can still be edited and reduced. */
const mustFitPropertyQuota = ({ properties }: Draft, { quotas }: Changes, state: ImageState): void => {
  const counted = [...properties.keys()].filter(countsAsProperty);
  if (counted.every((name) => Object.hasOwn(state.properties, name))) return;
  mustFitQuota('properties', counted.length, quotas);
};
