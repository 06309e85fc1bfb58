import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageMemberExists,
  ImageMemberNotFound,
  ImageNotShared,
  ImageQuotaExceeded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  imageCreated,
  memberAccepted,
  memberAdded,
  memberRejected,
  memberRemoved,
  membershipReset,
  visibilityChanged,
} from '../../../../support/image-events.builder.js';
import { addMember, quotas, removeMember, setMemberStatus } from './image-commands.builder.js';

const shared = [imageCreated(), memberAdded()];

describe('members of an image', () => {
  it('are pending when they are added', () => {
    given(imageDecider, imageCreated()).when(addMember()).thenEvents(memberAdded());
    given(imageDecider, imageCreated())
      .when(addMember())
      .thenState({ members: { 'project-b': 'pending' } });
  });

  it('cannot be added twice', () => {
    given(imageDecider, ...shared)
      .when(addMember())
      .thenRejects(ImageMemberExists, /^Project project-b is a member of image/, { memberId: 'project-b' });
  });

  it('are pending once more when they are added after having been removed', () => {
    given(imageDecider, ...shared, memberAccepted(), memberRemoved())
      .when(addMember())
      .thenEvents(memberAdded());
    expect(fold(imageDecider, [...shared, memberAccepted(), memberRemoved(), memberAdded()]).members).toEqual({
      'project-b': 'pending',
    });
  });

  it('may include the owner, whose id nobody checks', () => {
    given(imageDecider, imageCreated({ owner: 'project-a' }))
      .when(addMember('project-a'))
      .thenEvents(memberAdded('project-a'));
  });

  it('are refused beyond the quota', () => {
    given(imageDecider, ...shared)
      .when(addMember('project-c', { quotas: quotas({ members: 1 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image members. Attempted: 2, Maximum: 1',
      );
  });

  it('answer as often and in whatever order they like', () => {
    given(imageDecider, ...shared)
      .when(setMemberStatus('accepted'))
      .thenEvents(memberAccepted());
    given(imageDecider, ...shared, memberAccepted())
      .when(setMemberStatus('rejected'))
      .thenEvents(memberRejected());
    given(imageDecider, ...shared, memberAccepted(), memberRejected())
      .when(setMemberStatus('pending'))
      .thenEvents(membershipReset());
    given(imageDecider, ...shared, memberRejected(), membershipReset())
      .when(setMemberStatus('accepted'))
      .thenEvents(memberAccepted());
  });

  it('change nothing by repeating their answer', () => {
    given(imageDecider, ...shared)
      .when(setMemberStatus('pending'))
      .thenNothing();
    given(imageDecider, ...shared, memberAccepted())
      .when(setMemberStatus('accepted'))
      .thenNothing();
    given(imageDecider, ...shared, memberRejected())
      .when(setMemberStatus('rejected'))
      .thenNothing();
  });

  it('must be members to answer or to be removed', () => {
    for (const stranger of ['project-c', '__proto__', 'constructor']) {
      given(imageDecider, ...shared)
        .when(setMemberStatus('accepted', stranger))
        .thenRejects(ImageMemberNotFound, /is no member of image/, { memberId: stranger });
      given(imageDecider, ...shared)
        .when(removeMember(stranger))
        .thenRejects(ImageMemberNotFound);
    }
  });

  it('can have a name that JavaScript objects inherit', () => {
    const members = fold(imageDecider, [...shared, memberAdded('__proto__'), memberAccepted('__proto__')]).members;
    expect(Object.entries(members)).toEqual([
      ['project-b', 'pending'],
      ['__proto__', 'accepted'],
    ]);
  });

  it.each(['public', 'community', 'private'] as const)('are out of reach while the image is %s', (visibility) => {
    for (const command of [addMember('project-c'), setMemberStatus('accepted'), removeMember()]) {
      given(imageDecider, ...shared, visibilityChanged(visibility))
        .when(command)
        .thenRejects(ImageNotShared, /^Only shared images have members/, { visibility });
    }
  });

  it('are members again, with their answers, when the image is shared again', () => {
    given(imageDecider, ...shared, memberAccepted(), visibilityChanged('private'), visibilityChanged('shared'))
      .when(setMemberStatus('accepted'))
      .thenNothing();
  });
});
