import fc from 'fast-check';
import type {
  DescriptiveChange,
  ImageChange,
  ImageCommand,
  LocationChange,
} from '../../../../../src/modules/images/domain/image.commands.js';
import { imageLocation, SCRUB_AFTER } from '../../../../support/image-events.builder.js';
import {
  addMember,
  addTag,
  changeImage,
  changeLocations,
  completeImport,
  completeLocationImport,
  completeLocationRemoval,
  completeStaging,
  createImage,
  deactivateImage,
  deleteImage,
  describeImport,
  failImport,
  failImportToStore,
  failLocationImport,
  failStaging,
  failUpload,
  importToStore,
  knownData,
  reactivateImage,
  removeFromStore,
  removeLocation,
  removeMember,
  removeTag,
  requestImport,
  requestLocationImport,
  restoreImage,
  revertImage,
  revertImportToStore,
  scrubImage,
  setMemberStatus,
  startImport,
  startLocationImport,
  startScrubbing,
  startStaging,
  startUpload,
  storeUploadedData,
  undoLocationRemoval,
} from './image-commands.builder.js';

// Few values each, so that commands of one run meet each other.
const claim = fc.constantFrom('claim-1', 'claim-2');
const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'os_glance_note');
const value = fc.constantFrom('', '1', '2');
const format = fc.constantFrom('raw', 'qcow2', 'raw', 'qcow2', null);
const tags = fc.array(name, { maxLength: 4 });
const metadata = fc.constantFrom({}, { weight: 1 }, { weight: 2 });
const url = fc.constantFrom('file:///one', 'file:///two');
const store = fc.constantFrom('local', 'fast');
const stores = fc.uniqueArray(store);
const location = fc.record({ url, metadata, store }).map(imageLocation);
const quota = fc.constantFrom(-1, -1, 0, 2, 3);
const quotas = fc.record({ properties: quota, tags: quota, members: quota, locations: quota });
const visibility = fc.constantFrom('shared', 'shared', 'private', 'public', 'community');
const project = fc.constantFrom('project-a', 'project-b', '__proto__', 'constructor');

const properties = fc.array(fc.tuple(name, value), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));

const description = fc.record({
  owner: fc.constantFrom('project-a', null),
  name: fc.constantFrom('debian', null),
  visibility,
  protected: fc.boolean(),
  hidden: fc.boolean(),
  diskFormat: format,
  containerFormat: format,
  minDiskGb: fc.nat(2),
  minRamMb: fc.nat(2),
  properties,
  tags,
});

const setField = description.chain((fields) =>
  fc.constantFrom<ImageChange>(
    { kind: 'set_field', field: 'owner', value: fields.owner },
    { kind: 'set_field', field: 'name', value: fields.name },
    { kind: 'set_field', field: 'visibility', value: fields.visibility },
    { kind: 'set_field', field: 'protected', value: fields.protected },
    { kind: 'set_field', field: 'hidden', value: fields.hidden },
    { kind: 'set_field', field: 'diskFormat', value: fields.diskFormat },
    { kind: 'set_field', field: 'containerFormat', value: fields.containerFormat },
    { kind: 'set_field', field: 'minDiskGb', value: fields.minDiskGb },
    { kind: 'set_field', field: 'minRamMb', value: fields.minRamMb },
    { kind: 'set_field', field: 'tags', value: fields.tags },
  ),
);

const change: fc.Arbitrary<ImageChange> = fc.oneof(
  setField,
  fc.record({
    kind: fc.constant('set_property'),
    name,
    value,
    when: fc.constantFrom('any', 'any', 'absent', 'present'),
  }),
  fc.record({ kind: fc.constant('remove_property'), name }),
);

/** Steps of one change. */
export const imageChanges = fc.array(change, { maxLength: 5 });

const ofAccess: readonly string[] = ['owner', 'visibility', 'protected', 'hidden', 'tags'];
const isDescriptive = (step: ImageChange): step is DescriptiveChange =>
  step.kind !== 'set_field' || !ofAccess.includes(step.field);
const descriptiveChanges = fc.array(change.filter(isDescriptive), { maxLength: 3 });

const importRequests = fc.record({
  method: fc.constantFrom('web-download', 'web-download', 'glance-direct', 'copy-image'),
  stores,
  allStoresMustSucceed: fc.boolean(),
});

const digest = fc.record({
  checksum: fc.constantFrom('c'.repeat(32), null),
  hashAlgorithm: fc.constant('sha256'),
  hashValue: fc.constantFrom('1'.repeat(64), '1'.repeat(64), '2'.repeat(64)),
});
const expected = fc.constantFrom(null, { hashAlgorithm: 'sha256', hashValue: '1'.repeat(64) });

const position = fc.constantFrom(null, 0, 1, 2);
const known = fc
  .record({ location, sizeBytes: fc.constantFrom(1, 2), digest: fc.option(digest) })
  .map(({ location: at, ...fields }) => knownData(at, fields));
const locationChange: fc.Arbitrary<LocationChange> = fc.oneof(
  fc.record({ kind: fc.constant('add_location'), position, data: known }),
  fc.record({ kind: fc.constant('add_location'), position, data: known }),
  fc.record({ kind: fc.constant('remove_location'), position }),
  fc.record({ kind: fc.constant('replace_locations'), locations: fc.array(known, { maxLength: 2 }) }),
);
const weights = fc.constantFrom({}, { fast: 2 }, { local: 1, fast: -1 });

const commands: Record<ImageCommand['type'], fc.Arbitrary<ImageCommand>> = {
  CreateImage: fc.tuple(description, quotas).map(([fields, limits]) => createImage(fields, { quotas: limits })),
  ChangeImage: fc.oneof(
    fc.tuple(imageChanges, quotas).map(([changes, limits]) => changeImage(changes, { quotas: limits })),
    fc
      .tuple(fc.array(locationChange, { minLength: 1, maxLength: 3 }), quotas, weights)
      .map(([changes, limits, heavy]) => changeLocations(changes, { quotas: limits, weights: heavy })),
  ),
  RevertImage: fc
    .tuple(description, fc.array(name, { maxLength: 1 }), quotas)
    .map(([target, keeps, limits]) => revertImage(target, { keeps, quotas: limits })),
  AddTag: fc.tuple(name, quotas).map(([tag, limits]) => addTag(tag, { quotas: limits })),
  RemoveTag: name.map(removeTag),
  AddMember: fc.tuple(project, quotas).map(([member, limits]) => addMember(member, { quotas: limits })),
  SetMemberStatus: fc
    .tuple(fc.constantFrom('pending', 'accepted', 'rejected'), project)
    .map(([status, member]) => setMemberStatus(status, member)),
  RemoveMember: project.map(removeMember),
  StartUpload: claim.map(startUpload),
  StoreUploadedData: fc.record({ uploadId: claim, location, sizeBytes: fc.nat(3) }).map(storeUploadedData),
  FailUpload: fc.record({ uploadId: claim, leaves: fc.constantFrom('queued', 'queued', 'killed') }).map(failUpload),
  StartStaging: claim.map(startStaging),
  CompleteStaging: claim.map(completeStaging),
  FailStaging: claim.map(failStaging),
  RequestImport: fc
    .tuple(importRequests, claim, fc.constantFrom(null, null, 'claim-1', 'claim-2'))
    .map(([request, taskId, preempts]) => requestImport(request, { taskId, preempts })),
  StartImport: fc.record({ taskId: claim, stores }).map(startImport),
  DescribeImport: fc.tuple(descriptiveChanges, claim).map(([changes, taskId]) => describeImport(changes, taskId)),
  ImportToStore: fc
    .record({ taskId: claim, location, activates: fc.boolean(), sizeBytes: fc.constantFrom(1, 1, 2) })
    .map(importToStore),
  FailImportToStore: fc.tuple(store, claim).map(([id, taskId]) => failImportToStore(id, taskId)),
  RevertImportToStore: fc.tuple(store, claim).map(([id, taskId]) => revertImportToStore(id, taskId)),
  CompleteImport: claim.map(completeImport),
  FailImport: fc.record({ taskId: claim, failedStores: stores }).map(failImport),
  RemoveLocation: url.map(removeLocation),
  RemoveFromStore: fc.tuple(store, fc.boolean()).map(([id, removesData]) => removeFromStore(id, removesData)),
  CompleteLocationRemoval: url.map(completeLocationRemoval),
  UndoLocationRemoval: url.map(undoLocationRemoval),
  RequestLocationImport: fc.record({ taskId: claim, url, expected, hashes: fc.boolean() }).map(requestLocationImport),
  StartLocationImport: fc.record({ taskId: claim, location }).map(startLocationImport),
  CompleteLocationImport: fc.record({ taskId: claim, digest }).map(completeLocationImport),
  FailLocationImport: fc.tuple(claim, fc.boolean()).map(([taskId, keeps]) => failLocationImport(taskId, keeps)),
  DeactivateImage: fc.constant(deactivateImage),
  ReactivateImage: fc.constant(reactivateImage),
  DeleteImage: fc
    .record({ scrubAfter: fc.constantFrom(null, SCRUB_AFTER), evenDeactivated: fc.boolean() })
    .map((how) => ({ ...deleteImage, ...how })),
  RestoreImage: fc.constant(restoreImage),
  StartScrubbing: fc.constant(startScrubbing),
  ScrubImage: fc.constant(scrubImage),
};

/** What ends an image for good comes seldom, so that long lives are seen. */
const seldom: readonly string[] = ['CreateImage', 'DeleteImage', 'ScrubImage'];

const anything = fc
  .oneof(...Object.entries(commands).map(([type, arbitrary]) => ({ arbitrary, weight: seldom.includes(type) ? 1 : 6 })))
  .map((command) => [command]);

/** An import that begins as it should: left to chance alone, hardly any would come far. */
const someImport = fc
  .tuple(
    commands.RequestImport,
    fc.array(
      fc.oneof(
        commands.DescribeImport,
        commands.ImportToStore,
        commands.ImportToStore,
        commands.FailImportToStore,
        commands.RevertImportToStore,
        commands.ChangeImage,
        commands.CompleteImport,
        commands.FailImport,
      ),
      { minLength: 1, maxLength: 8 },
    ),
  )
  .map(([request, others]) => [request, startImport(), ...others].map((command) => ({ ...command, ...sameTask })));

const sameTask = { taskId: 'claim-1' };

/** The registration of a location, likewise. */
const someLocationImport = fc
  .tuple(
    commands.RequestLocationImport,
    commands.StartLocationImport,
    fc.array(fc.oneof(commands.ChangeImage, commands.CompleteLocationImport, commands.FailLocationImport), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([request, start, others]) => [request, start, ...others].map((command) => ({ ...command, ...sameTask })));

/** Locations that come and go. */
const someLocations = fc
  .tuple(
    fc.array(commands.ChangeImage, { minLength: 1, maxLength: 4 }),
    fc.array(fc.oneof(commands.RemoveFromStore, commands.CompleteLocationRemoval, commands.UndoLocationRemoval), {
      minLength: 2,
      maxLength: 5,
    }),
  )
  .map(([changes, removals]) => [...changes, ...removals]);

/** A project that changes its mind. */
const someMembership = fc
  .record({ member: project, answer: fc.constantFrom('accepted', 'rejected') })
  .map(({ member, answer }) => [
    addMember(member),
    setMemberStatus(answer, member),
    setMemberStatus('pending', member),
  ]);

/** A deletion that is taken back. */
const someRestoration = fc.constant([{ ...deleteImage, scrubAfter: SCRUB_AFTER }, restoreImage]);

/** A life: it begins with the creation, then anything is asked, sensible or not. */
export const imageLives: fc.Arbitrary<readonly ImageCommand[]> = fc
  .tuple(
    commands.CreateImage,
    fc.array(
      fc.oneof(
        { arbitrary: anything, weight: 48 },
        { arbitrary: someImport, weight: 4 },
        { arbitrary: someLocationImport, weight: 1 },
        { arbitrary: someLocations, weight: 1 },
        { arbitrary: someMembership, weight: 1 },
        { arbitrary: someRestoration, weight: 1 },
      ),
      { minLength: 20, maxLength: 60 },
    ),
  )
  .map(([creation, others]) => [creation, ...others.flat()]);
