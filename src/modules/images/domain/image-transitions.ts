import type { ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type { MemberStatus } from './image.commands.js';
import { absentImage } from './image-state.js';
import type { ImageState } from './image-state.js';

type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];

const nobodyBringsData = { uploadId: null, uploadStore: null, taskId: null } as const;

export const created = (image: DataOf<'ImageCreated'>): ImageState => ({
  ...absentImage,
  status: 'queued',
  owner: image.owner,
  name: image.name,
  visibility: image.visibility,
  protected: image.protected,
  hidden: image.hidden,
  diskFormat: image.diskFormat,
  containerFormat: image.containerFormat,
  minDiskGb: image.minDiskGb,
  minRamMb: image.minRamMb,
  properties: image.properties,
  tags: image.tags,
});

export const withStoredData = (state: ImageState, stored: DataOf<'ImageDataStored'>): ImageState => ({
  ...state,
  ...nobodyBringsData,
  status: 'active',
  locations: [...state.locations, stored.location],
  sizeBytes: stored.sizeBytes,
});

export const withoutData = (state: ImageState, status: 'queued' | 'killed'): ImageState => ({
  ...state,
  ...nobodyBringsData,
  status,
  sizeBytes: null,
});

export const withProperties = (state: ImageState, change: DataOf<'ImagePropertiesChanged'>): ImageState => {
  const properties = new Map(Object.entries(state.properties));
  for (const name of change.removed) properties.delete(name);
  for (const [name, value] of Object.entries(change.set)) properties.set(name, value);
  return { ...state, properties: Object.fromEntries(properties) };
};

export const withMember = (state: ImageState, memberId: string, status: MemberStatus): ImageState => ({
  ...state,
  members: { ...state.members, [memberId]: status },
});

export const withoutMember = (state: ImageState, memberId: string): ImageState => ({
  ...state,
  members: Object.fromEntries(Object.entries(state.members).filter(([id]) => id !== memberId)),
});

/** Further locations hold the same data: they do not change the size. */
export const withLocation = (state: ImageState, added: DataOf<'ImageLocationAdded'>): ImageState => ({
  ...state,
  status: 'active',
  locations: [...state.locations, added.location],
  sizeBytes: state.sizeBytes ?? added.sizeBytes,
});

export const withoutLocation = (state: ImageState, url: string): ImageState => ({
  ...state,
  locations: replaceFirst(state.locations, url, () => []),
});

export const withLocationMetadata = (
  state: ImageState,
  { url, metadata }: DataOf<'ImageLocationMetadataChanged'>,
): ImageState => ({
  ...state,
  locations: replaceFirst(state.locations, url, (location) => [{ ...location, metadata }]),
});

/** One URL may stand there twice with different metadata; events that name a URL mean the first. */
const replaceFirst = (
  locations: readonly ImageLocation[],
  url: string,
  replacement: (location: ImageLocation) => readonly ImageLocation[],
): readonly ImageLocation[] => {
  const first = locations.findIndex((location) => location.url === url);
  return locations.flatMap((location, index) => (index === first ? replacement(location) : [location]));
};
