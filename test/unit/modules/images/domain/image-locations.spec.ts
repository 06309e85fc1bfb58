import type { ImageDigest, ImageEvent } from '../../../../../src/events/contracts/image-events.js';
import type { ImageCommand } from '../../../../../src/modules/images/domain/image.commands.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageDataMismatch,
  ImageFormatMissing,
  ImageImportConflict,
  ImageLastLocation,
  ImageLocationInvalid,
  ImageNotInStore,
  ImageQuotaExceeded,
  ImageStatusConflict,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  imageCreated,
  imageLocation,
  locationAdded,
  locationDataRemoved,
  locationMetadataChanged,
  locationRemoved,
  locationsRearranged,
} from '../../../../support/image-events.builder.js';
import {
  addLocation,
  changeLocations,
  knownData,
  quotas,
  removeFromStore,
  removeLocation,
  replaceLocations,
  requestImport,
  undoLocationRemoval,
} from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const one = imageLocation();
const two = imageLocation({ url: 'file:///images/two', metadata: { a: 1, b: { c: [1, 2] } } });
const other = imageLocation({ store: 'other', url: 'file:///other/one' });
const { active } = imageHistories;

const decide = (command: ImageCommand, events: readonly ImageEvent[]): readonly ImageEvent[] =>
  imageDecider.decide(command, fold(imageDecider, events));

describe('adding a location', () => {
  it('makes a queued image active, with the size of the data', () => {
    given(imageDecider, imageCreated())
      .when(addLocation(one, { sizeBytes: 42 }))
      .thenEvents(locationAdded(one, 42));
    given(imageDecider, imageCreated())
      .when(addLocation(one, { sizeBytes: 42 }))
      .thenState({ status: 'active', sizeBytes: 42, locations: [one] });
  });

  it('gives an active image a further one and leaves its size', () => {
    given(imageDecider, ...active)
      .when(addLocation(two, { sizeBytes: 42 }))
      .thenState({ sizeBytes: 5, locations: [one, two] });
  });

  it('needs both formats', () => {
    given(imageDecider, imageCreated({ containerFormat: null }))
      .when(addLocation())
      .thenRejects(ImageFormatMissing, /container_format/);
  });

  it('is refused in any other status', () => {
    given(imageDecider, ...imageHistories.saving)
      .when(addLocation())
      .thenRejects(ImageStatusConflict, /cannot get a location while its status is saving/);
  });

  it('is refused when the same URL is there with the same metadata, in whatever order', () => {
    const same = { ...two, metadata: { b: { c: [1, 2] }, a: 1 } };
    given(imageDecider, ...active, locationAdded(two))
      .when(addLocation(same))
      .thenRejects(ImageLocationInvalid, /has the same location already/);
  });

  it.each([
    [{ a: 2, b: { c: [1, 2] } }],
    [{ a: 1, b: { c: [2, 1] } }],
    [{ a: 1, b: { c: [1] } }],
    [{ a: 1, b: [1, 2] }],
    [{ a: 1 }],
    [{ a: 1, b: null }],
    [{ a: 1, z: { c: [1, 2] } }],
  ])('allows the same URL with other metadata: %j', (metadata) => {
    given(imageDecider, ...active, locationAdded(two))
      .when(addLocation({ ...two, metadata }))
      .thenEvents(locationAdded({ ...two, metadata }));
  });

  it('is refused beyond the quota', () => {
    given(imageDecider, ...active)
      .when(addLocation(two, { quotas: quotas({ locations: 1 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image locations. Attempted: 2, Maximum: 1',
      );
  });
});

describe('removing a location', () => {
  it('leaves the others', () => {
    given(imageDecider, ...active, locationAdded(two))
      .when(removeLocation(one.url))
      .thenEvents(locationRemoved(one.url));
    given(imageDecider, ...active, locationAdded(two))
      .when(removeLocation(one.url))
      .thenState({ status: 'active', locations: [two] });
  });

  it('is refused for the last one, whatever URL is named', () => {
    for (const url of [one.url, 'file:///images/unknown']) {
      given(imageDecider, ...active)
        .when(removeLocation(url))
        .thenRejects(ImageLastLocation, /cannot be removed/);
    }
  });

  it('is refused for one that is not there', () => {
    given(imageDecider, ...active, locationAdded(two))
      .when(removeLocation('file:///images/unknown'))
      .thenRejects(ImageLocationInvalid, /has no such location/);
  });

  it('takes the first of two with one URL', () => {
    given(imageDecider, ...active, locationAdded({ ...one, metadata: { copy: 2 } }))
      .when(removeLocation(one.url))
      .thenState({ locations: [{ ...one, metadata: { copy: 2 } }] });
  });
});

describe('removing a location by its place', () => {
  const heavy = imageLocation({ store: 'heavy', url: 'file:///images/heavy' });
  const history = [...active, locationAdded(two), locationAdded(heavy)];
  const removing = (position: number | null, keptStores: readonly string[] = []) =>
    changeLocations([{ kind: 'remove_location', position }], { weights: { heavy: 5 }, keptStores });

  it('counts as locations are shown, and says that the bytes go', () => {
    given(imageDecider, ...history)
      .when(removing(0))
      .thenEvents(locationRemoved(heavy.url, { position: 2, removesData: true }));
    given(imageDecider, ...history)
      .when(removing(1))
      .thenState({ locations: [two, heavy], removing: [one] });
  });

  it('takes the last one shown where no place is named', () => {
    given(imageDecider, ...history)
      .when(removing(null))
      .thenState({ locations: [one, heavy] });
  });

  it('is refused for a place behind the last', () => {
    given(imageDecider, ...history)
      .when(removing(3))
      .thenRejects(ImageLocationInvalid, /Invalid position/);
  });

  it('removes no bytes from a store that only refers to them', () => {
    given(imageDecider, ...history)
      .when(removing(0, ['heavy']))
      .thenEvents(locationRemoved(heavy.url, { position: 2 }));
  });

  it('removes no bytes that another entry leads to', () => {
    given(imageDecider, ...active, locationAdded({ ...one, metadata: { copy: 'two' } }))
      .when(removing(1))
      .thenState({ locations: [one], removing: [] });
  });
});

describe('removing an image from a store', () => {
  it('removes the location there, and its bytes', () => {
    given(imageDecider, ...active, locationAdded(other))
      .when(removeFromStore('other'))
      .thenEvents(locationRemoved(other.url, { position: 1, removesData: true }));
  });

  it('is refused when it is not there', () => {
    given(imageDecider, ...active, locationAdded(other))
      .when(removeFromStore('third'))
      .thenRejects(ImageNotInStore, /third/);
  });

  it('keeps every import out of that place until the bytes are gone', () => {
    const removed = [...active, locationAdded(other), locationRemoved(other.url, { position: 1, removesData: true })];
    const copy = requestImport({ method: 'copy-image', stores: ['other'] });
    given(imageDecider, ...removed)
      .when(copy)
      .thenRejects(ImageImportConflict, /still being removed/);
    given(imageDecider, ...removed)
      .when(addLocation(other))
      .thenRejects(ImageImportConflict, /being removed/);
    expect(decide(copy, [...removed, locationDataRemoved(other.url)])).toHaveLength(1);
  });

  it('is taken back when the store keeps the bytes', () => {
    given(imageDecider, ...active, locationAdded(other), locationRemoved(other.url, { position: 1, removesData: true }))
      .when(undoLocationRemoval(other.url))
      .thenState({ locations: [one, other], removing: [] });
  });
});

describe('replacing all locations', () => {
  it('gives an image without any all of them', () => {
    given(imageDecider, imageCreated())
      .when(replaceLocations(one, two))
      .thenState({ status: 'active', locations: [one, two], sizeBytes: 5 });
  });

  it('may change their metadata and their order, and what is recorded of their stores stays', () => {
    const changed = { ...two, metadata: { weight: '3' } };
    given(imageDecider, ...active, locationAdded(two))
      .when(replaceLocations({ ...changed, store: '' }, { ...one, store: '' }))
      .thenEvents(locationsRearranged(changed, one));
  });

  it('changes nothing when they are the same', () => {
    given(imageDecider, ...active, locationAdded(two))
      .when(replaceLocations(one, { ...two, metadata: { b: { c: [1, 2] }, a: 1 } }))
      .thenNothing();
  });

  it.each([
    ['other', [one, imageLocation({ url: 'file:///images/three' })]],
    ['fewer', [one]],
    ['more', [one, two, two]],
  ])('is refused for %s locations', (_what, locations) => {
    given(imageDecider, ...active, locationAdded(two))
      .when(replaceLocations(...locations))
      .thenRejects(ImageLocationInvalid, /same ones only/);
  });

  it('is refused when it would make two equal', () => {
    given(imageDecider, ...active, locationAdded({ ...one, metadata: { copy: '2' } }))
      .when(replaceLocations(one, one))
      .thenRejects(ImageLocationInvalid, /same location already/);
  });
});

describe('what a client says of the data at a location', () => {
  const said: ImageDigest = { checksum: 'c'.repeat(32), hashAlgorithm: 'sha512', hashValue: 'd'.repeat(128) };

  it('is believed of an image that had none', () => {
    given(imageDecider, imageCreated())
      .when(addLocation(one, { digest: said }))
      .thenState({ digest: said });
  });

  it('is taken for a further location when it is the same', () => {
    given(imageDecider, imageCreated(), locationAdded(one, 5, { digest: said }))
      .when(addLocation(two, { digest: { ...said, checksum: null } }))
      .thenState({ digest: said, locations: [one, two] });
  });

  it.each([
    ['another hash', { ...said, hashValue: 'e'.repeat(128) }],
    ['another checksum', { ...said, checksum: 'e'.repeat(32) }],
  ])('is refused when it is %s', (_what, digest) => {
    given(imageDecider, imageCreated(), locationAdded(one, 5, { digest: said }))
      .when(addLocation(two, { digest }))
      .thenRejects(ImageDataMismatch);
  });

  it('is refused of an active image of which nothing is known', () => {
    given(imageDecider, imageCreated(), locationAdded(one))
      .when(addLocation(two, { digest: said }))
      .thenRejects(ImageDataMismatch);
  });

  it('is compared with what is said of the other locations of the same change', () => {
    const changes = [said, { ...said, hashValue: 'e'.repeat(128) }].map((digest, index) => ({
      ...({ kind: 'add_location', position: null } as const),
      data: knownData(index === 0 ? one : two, { digest }),
    }));
    given(imageDecider, imageCreated()).when(changeLocations(changes)).thenRejects(ImageDataMismatch);
  });
});

describe('adding a location at a place', () => {
  it('counts as locations are shown', () => {
    const heavy = imageLocation({ store: 'heavy', url: 'file:///images/heavy' });
    const change = { kind: 'add_location', position: 1, data: knownData(two) } as const;
    given(imageDecider, ...active, locationAdded(heavy))
      .when(changeLocations([change], { weights: { heavy: 5 } }))
      .thenState({ locations: [two, one, heavy] });
  });

  it('goes behind the last beyond the end', () => {
    given(imageDecider, ...active)
      .when(addLocation(two, { position: 99 }))
      .thenEvents(locationAdded(two));
  });
});

describe('events of earlier versions about the metadata of a location', () => {
  it('are still understood', () => {
    expect(
      fold(imageDecider, [...active, locationAdded(two), locationMetadataChanged({ weight: 3 }, two.url)]).locations,
    ).toEqual([one, { ...two, metadata: { weight: 3 } }]);
  });
});
