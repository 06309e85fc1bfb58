import type { ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type { MemberStatus } from './image.commands.js';
import { absentImage } from './image-state.js';
import type { ImageState, ImportState } from './image-state.js';

type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];

const nobodyBringsData = { uploadId: null, uploadStore: null } as const;

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

export const scrubbed = (state: ImageState): ImageState => ({
  ...state,
  ...nobodyBringsData,
  status: 'deleted',
  locations: [],
  removing: [],
  import: null,
  locationImport: null,
});

export const withStoredData = (state: ImageState, stored: DataOf<'ImageDataStored'>): ImageState => ({
  ...state,
  ...nobodyBringsData,
  status: 'active',
  locations: [...state.locations, stored.location],
  sizeBytes: stored.sizeBytes,
  digest: { checksum: stored.checksum, hashAlgorithm: stored.hashAlgorithm, hashValue: stored.hashValue },
});

export const withoutData = (state: ImageState, status: 'queued' | 'killed'): ImageState => ({
  ...state,
  ...nobodyBringsData,
  status,
  locations: [],
  sizeBytes: null,
  digest: null,
});

/** What a client says stays when the import fails; what the import found out does not. */
export const withDetails = (state: ImageState, { taskId, ...details }: DataOf<'ImageDetailsChanged'>): ImageState => ({
  ...withBefore(state, taskId, (before) => ({ ...before, ...details })),
  ...details,
});

export const withProperties = (state: ImageState, change: DataOf<'ImagePropertiesChanged'>): ImageState => {
  const changed = <Described extends Pick<ImageState, 'properties'>>(described: Described): Described => ({
    ...described,
    properties: changedProperties(described.properties, change),
  });
  return changed(withBefore(state, change.taskId, changed));
};

const withBefore = (
  state: ImageState,
  taskId: string | undefined,
  change: (before: ImportState['before']) => ImportState['before'],
): ImageState => {
  if (state.import === null || taskId !== undefined) return state;
  return { ...state, import: { ...state.import, before: change(state.import.before) } };
};

const changedProperties = (
  before: ImageState['properties'],
  { set, removed }: DataOf<'ImagePropertiesChanged'>,
): ImageState['properties'] => {
  const properties = new Map(Object.entries(before));
  for (const name of removed) properties.delete(name);
  for (const [name, value] of Object.entries(set)) properties.set(name, value);
  return Object.fromEntries(properties);
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
  ...withFoundLocation(state, added),
  status: 'active',
  locations: state.locations.toSpliced(added.position ?? state.locations.length, 0, added.location),
  sizeBytes: state.sizeBytes ?? added.sizeBytes,
  digest: state.digest ?? added.digest ?? null,
});

export const withVerifiedLocation = (
  state: ImageState,
  found: DataOf<'ImageLocationVerificationStarted'>,
): ImageState => ({
  ...withFoundLocation(state, found),
  status: 'importing',
  locations: [...state.locations, found.location],
  sizeBytes: found.sizeBytes,
});

const withFoundLocation = (
  state: ImageState,
  { taskId, location }: Pick<DataOf<'ImageLocationAdded'>, 'taskId' | 'location'>,
): ImageState =>
  state.locationImport === null || state.locationImport.taskId !== taskId
    ? state
    : { ...state, locationImport: { ...state.locationImport, location } };

export const withLocationImported = (
  state: ImageState,
  { digest }: DataOf<'ImageLocationImportCompleted'>,
): ImageState => ({
  ...state,
  status: state.status === 'importing' ? 'active' : state.status,
  digest: digest ?? state.digest,
  locationImport: null,
});

export const withoutLocationImport = (
  state: ImageState,
  { status, keepsLocation = false }: DataOf<'ImageLocationImportFailed'>,
): ImageState => ({
  ...(status === 'queued' ? withoutData(state, status) : { ...state, status }),
  ...(keepsLocation && { locations: state.locations }),
  locationImport: null,
});

export const withRemovedLocation = (
  state: ImageState,
  { url, position, removesData }: DataOf<'ImageLocationRemoved'>,
): ImageState => {
  if (position === undefined) return withoutLocation(state, url);
  const location = state.locations[position];
  const removing = removesData === true && location !== undefined ? [...state.removing, location] : state.removing;
  return { ...withoutAdded(state, url), locations: state.locations.toSpliced(position, 1), removing };
};

export const withKeptLocation = (state: ImageState, { url }: DataOf<'ImageLocationDataKept'>): ImageState => ({
  ...withoutRemoval(state, url),
  locations: [...state.locations, ...state.removing.filter((location) => location.url === url)],
});

export const withoutRemoval = (state: ImageState, url: string): ImageState => ({
  ...state,
  removing: state.removing.filter((location) => location.url !== url),
});

export const withoutLocation = (state: ImageState, url: string): ImageState => ({
  ...withoutAdded(state, url),
  locations: replaceFirst(state.locations, url, () => []),
});

const withoutAdded = (state: ImageState, url: string): ImageState => ({
  ...state,
  import: state.import && { ...state.import, added: state.import.added.filter((added) => added.url !== url) },
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
