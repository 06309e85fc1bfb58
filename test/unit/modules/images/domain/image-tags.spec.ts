import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import { ImageQuotaExceeded, ImageTagMissing } from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import { IMAGE_ID, imageCreated, tagAdded, tagRemoved } from '../../../../support/image-events.builder.js';
import { addTag, quotas, removeTag } from './image-commands.builder.js';

describe('tags of an image', () => {
  it('are added at the end', () => {
    given(imageDecider, imageCreated({ tags: ['b'] }), tagAdded('a'))
      .when(addTag('c'))
      .thenState({ tags: ['b', 'a', 'c'] });
  });

  it('stay as they are when a tag is added again', () => {
    given(imageDecider, imageCreated(), tagAdded('a')).when(addTag('a')).thenNothing();
  });

  it('differ by case', () => {
    given(imageDecider, imageCreated({ tags: ['a'] }))
      .when(addTag('A'))
      .thenEvents(tagAdded('A'));
  });

  it('are refused beyond the quota, but not when the tag is there already', () => {
    const image = imageCreated({ tags: ['a', 'b'] });
    given(imageDecider, image)
      .when(addTag('c', { quotas: quotas({ tags: 2 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image tags. Attempted: 3, Maximum: 2',
      );
    given(imageDecider, image)
      .when(addTag('b', { quotas: quotas({ tags: 1 }) }))
      .thenNothing();
  });

  it('can be removed once', () => {
    given(imageDecider, imageCreated({ tags: ['a'] }))
      .when(removeTag('a'))
      .thenEvents(tagRemoved('a'));
    given(imageDecider, imageCreated({ tags: ['a'] }), tagRemoved('a'))
      .when(removeTag('a'))
      .thenRejects(ImageTagMissing, `Image ${IMAGE_ID} has no tag a.`, { tag: 'a' });
  });
});
