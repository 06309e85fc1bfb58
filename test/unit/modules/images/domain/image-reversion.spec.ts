import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import { ImageNotFound, ImageQuotaExceeded } from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import {
  detailsChanged,
  hiddenChanged,
  imageCreated,
  ownerChanged,
  propertiesChanged,
  protectionChanged,
  tagsReplaced,
  visibilityChanged,
} from '../../../../support/image-events.builder.js';
import { quotas, revertImage } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

describe('going back to what an image was', () => {
  it('takes back everything that was said about it, but not whose it is', () => {
    given(
      imageDecider,
      imageCreated({ name: 'old', properties: { kept: '1', changed: 'old', lost: '3' }, tags: ['a', 'b'] }),
      detailsChanged({ name: 'new', diskFormat: 'qcow2', minDiskGb: 7, minRamMb: 512 }),
      propertiesChanged({ changed: 'new', added: '4' }, ['lost']),
      visibilityChanged('private'),
      protectionChanged(true),
      hiddenChanged(true),
      ownerChanged('project-z'),
      tagsReplaced('b'),
    )
      .when(revertImage({ name: 'old', properties: { kept: '1', changed: 'old', lost: '3' }, tags: ['a', 'b'] }))
      .thenEvents(
        detailsChanged({ name: 'old', diskFormat: 'raw', minDiskGb: 0, minRamMb: 0 }),
        propertiesChanged({ changed: 'old', lost: '3' }, ['added']),
        visibilityChanged('shared'),
        protectionChanged(false),
        hiddenChanged(false),
        tagsReplaced('a', 'b'),
      );
  });

  it('does nothing when nothing differs', () => {
    given(imageDecider, imageCreated({ properties: { a: '1' }, tags: ['a'] }))
      .when(revertImage({ properties: { a: '1' }, tags: ['a'] }))
      .thenNothing();
  });

  it('leaves the formats of an image with data as they are', () => {
    given(imageDecider, ...imageHistories.active)
      .when(revertImage({ name: 'old', diskFormat: null, containerFormat: null, tags: ['old'] }))
      .thenEvents(detailsChanged({ name: 'old' }));
  });

  it('leaves alone what the client may not read, and what the service keeps there itself', () => {
    given(imageDecider, imageCreated({ properties: { secret: '1', os_glance_note: '2', public: '3' } }))
      .when(revertImage({ properties: { os_glance_note: 'old' } }, { keeps: ['secret'] }))
      .thenEvents(propertiesChanged({}, ['public']));
  });

  it('takes away before it gives back, and asks the quota about what is there in the end', () => {
    const image = imageCreated({ properties: { a: '1', b: '2' } });
    const back = { properties: { c: '1', d: '2' } };
    given(imageDecider, image)
      .when(revertImage(back, { quotas: quotas({ properties: 2 }) }))
      .thenEvents(propertiesChanged({ c: '1', d: '2' }, ['a', 'b']));
    given(imageDecider, image)
      .when(revertImage(back, { quotas: quotas({ properties: 1 }) }))
      .thenRejects(ImageQuotaExceeded);
    given(imageDecider, imageCreated())
      .when(revertImage({ tags: ['a', 'b'] }, { quotas: quotas({ tags: 1 }) }))
      .thenRejects(ImageQuotaExceeded);
  });

  it.each(['absent', 'pending_delete', 'deleted'] as const)('finds no image that is %s', (situation) => {
    given(imageDecider, ...imageHistories[situation])
      .when(revertImage({ name: 'old' }))
      .thenRejects(ImageNotFound);
  });
});
