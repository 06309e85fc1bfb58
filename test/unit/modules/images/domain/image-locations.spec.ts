import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatMissing,
  ImageLastLocation,
  ImageLocationInvalid,
  ImageQuotaExceeded,
  ImageStatusConflict,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  imageCreated,
  imageLocation,
  locationAdded,
  locationMetadataChanged,
  locationRemoved,
} from '../../../../support/image-events.builder.js';
import { addLocation, changeLocationMetadata, quotas, removeLocation } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const one = imageLocation();
const two = imageLocation({ url: 'file:///images/two', metadata: { a: 1, b: { c: [1, 2] } } });
const { active } = imageHistories;

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

describe('changing what is remembered about a location', () => {
  it('replaces the metadata of that location', () => {
    given(imageDecider, ...active, locationAdded(two))
      .when(changeLocationMetadata({ weight: 3 }, two.url))
      .thenEvents(locationMetadataChanged({ weight: 3 }, two.url));
    expect(
      fold(imageDecider, [...active, locationAdded(two), locationMetadataChanged({ weight: 3 }, two.url)]).locations,
    ).toEqual([one, { ...two, metadata: { weight: 3 } }]);
  });

  it('changes nothing when the metadata is the same', () => {
    given(imageDecider, ...active, locationAdded(two))
      .when(changeLocationMetadata({ b: { c: [1, 2] }, a: 1 }, two.url))
      .thenNothing();
  });

  it('is refused for a location that is not there', () => {
    given(imageDecider, ...active)
      .when(changeLocationMetadata({}, two.url))
      .thenRejects(ImageLocationInvalid);
  });

  it('is refused when it would make two locations equal', () => {
    given(imageDecider, ...active, locationAdded({ ...one, metadata: { copy: 2 } }))
      .when(changeLocationMetadata({ copy: 2 }, one.url))
      .thenRejects(ImageLocationInvalid);
  });
});
