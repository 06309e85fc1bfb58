import type { ImageErrorCode } from '../../../../../src/modules/images/domain/image.errors.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import type { ImageCommand } from '../../../../../src/modules/images/domain/image.commands.js';
import type { ImageStatus } from '../../../../../src/modules/images/domain/image-status.js';
import { IMAGE_STATUSES } from '../../../../../src/modules/images/domain/image-status.js';
import { DomainError } from '../../../../../src/kernel/domain-error.js';
import { fold } from '../../../../support/decider-scenario.js';
import { imageLocation } from '../../../../support/image-events.builder.js';
import {
  addLocation,
  addMember,
  addTag,
  changeImage,
  changeLocationMetadata,
  completeImport,
  completeStaging,
  createImage,
  deactivateImage,
  deleteImage,
  deleteImageLater,
  failImport,
  failStaging,
  failUpload,
  reactivateImage,
  removeLocation,
  removeMember,
  removeTag,
  restoreImage,
  scrubImage,
  setMemberStatus,
  setProperty,
  startImport,
  startStaging,
  startUpload,
  storeUploadedData,
} from './image-commands.builder.js';
import type { ImageSituation } from './image-histories.js';
import { imageHistories, liveSituations } from './image-histories.js';

/** A status that the image has afterwards, `stays` for events that keep it, `nothing` for no event, or an error's code. */
type Outcome = ImageStatus | 'stays' | 'nothing' | ImageErrorCode;
type Row = readonly [
  title: string,
  command: ImageCommand,
  outcomes: Partial<Record<Outcome, readonly ImageSituation[]>>,
];

const live: readonly ImageSituation[] = liveSituations;
const liveBut = (...others: readonly ImageSituation[]) => live.filter((situation) => !others.includes(situation));
const gone: readonly ImageSituation[] = ['pending_delete', 'deleted', 'scrubbed'];
const unknown: readonly ImageSituation[] = ['absent', ...gone];

const describing = (title: string, command: ImageCommand): Row => [
  title,
  command,
  { stays: live, 'image.not_found': unknown },
];
const repeating = (title: string, command: ImageCommand): Row => [
  title,
  command,
  { nothing: live, 'image.not_found': unknown },
];

const otherLocation = imageLocation({ url: 'file:///images/two' });

/** Every command in every situation. A command that is not here does not compile. */
const table: Record<ImageCommand['type'], readonly Row[]> = {
  CreateImage: [['creating it', createImage(), { queued: ['absent'], 'image.id_taken': [...live, ...gone] }]],
  ChangeImage: [
    describing('renaming it', changeImage([{ kind: 'set_field', field: 'name', value: 'other' }])),
    describing('setting a property', changeImage([setProperty('colour', 'red')])),
    describing('publishing it', changeImage([{ kind: 'set_field', field: 'visibility', value: 'public' }])),
    describing('protecting it', changeImage([{ kind: 'set_field', field: 'protected', value: true }])),
    describing('hiding it', changeImage([{ kind: 'set_field', field: 'hidden', value: true }])),
    describing('giving it away', changeImage([{ kind: 'set_field', field: 'owner', value: 'project-z' }])),
    describing('replacing its tags', changeImage([{ kind: 'set_field', field: 'tags', value: ['new'] }])),
    repeating('an empty change', changeImage([])),
    [
      'changing its disk format',
      changeImage([{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }]),
      {
        stays: ['queued', 'importing'],
        'image.format_fixed': liveBut('queued', 'importing'),
        'image.not_found': unknown,
      },
    ],
    [
      'setting its container format to what it is',
      changeImage([{ kind: 'set_field', field: 'containerFormat', value: 'bare' }]),
      {
        nothing: ['queued', 'importing'],
        'image.format_fixed': liveBut('queued', 'importing'),
        'image.not_found': unknown,
      },
    ],
  ],
  AddTag: [describing('adding a tag', addTag('new')), repeating('adding a tag that it has', addTag('old'))],
  RemoveTag: [
    describing('removing a tag', removeTag('old')),
    ['removing a tag that it has not', removeTag('new'), { 'image.tag_missing': live, 'image.not_found': unknown }],
  ],
  AddMember: [describing('adding a member', addMember('project-c'))],
  SetMemberStatus: [
    describing('accepting it', setMemberStatus('accepted')),
    describing('rejecting it', setMemberStatus('rejected')),
    repeating('leaving the membership pending', setMemberStatus('pending')),
  ],
  RemoveMember: [describing('removing a member', removeMember())],
  StartUpload: [
    [
      'starting an upload',
      startUpload('upload-2'),
      { saving: ['queued'], 'image.status_conflict': liveBut('queued'), 'image.not_found': unknown },
    ],
  ],
  StoreUploadedData: [
    [
      'storing uploaded data',
      storeUploadedData(),
      {
        active: ['saving'],
        'image.upload_superseded': liveBut('saving'),
        'image.gone': gone,
        'image.not_found': ['absent'],
      },
    ],
    [
      'storing the data of another upload',
      storeUploadedData({ uploadId: 'upload-2' }),
      { 'image.upload_superseded': live, 'image.gone': gone, 'image.not_found': ['absent'] },
    ],
  ],
  FailUpload: [
    [
      'failing an upload',
      failUpload(),
      { queued: ['saving'], nothing: [...liveBut('saving'), ...gone], 'image.not_found': ['absent'] },
    ],
    [
      'failing an upload for good',
      failUpload({ leaves: 'killed' }),
      { killed: ['saving'], nothing: [...liveBut('saving'), ...gone], 'image.not_found': ['absent'] },
    ],
    [
      'failing another upload',
      failUpload({ uploadId: 'upload-2' }),
      { nothing: [...live, ...gone], 'image.not_found': ['absent'] },
    ],
  ],
  StartStaging: [
    [
      'starting to stage',
      startStaging('upload-2'),
      { uploading: ['queued'], 'image.status_conflict': liveBut('queued'), 'image.not_found': unknown },
    ],
  ],
  CompleteStaging: [
    [
      'completing the staging',
      completeStaging(),
      {
        stays: ['staging'],
        'image.upload_superseded': liveBut('staging'),
        'image.gone': gone,
        'image.not_found': ['absent'],
      },
    ],
    [
      'completing another staging',
      completeStaging('upload-2'),
      { 'image.upload_superseded': live, 'image.gone': gone, 'image.not_found': ['absent'] },
    ],
  ],
  FailStaging: [
    [
      'failing the staging',
      failStaging(),
      { queued: ['staging'], nothing: [...liveBut('staging'), ...gone], 'image.not_found': ['absent'] },
    ],
  ],
  StartImport: [
    [
      'importing staged data',
      startImport('staged', 'task-2'),
      { importing: ['staged'], 'image.status_conflict': liveBut('staged'), 'image.not_found': unknown },
    ],
    [
      'importing fetched data',
      startImport('fetched', 'task-2'),
      { importing: ['queued'], 'image.status_conflict': liveBut('queued'), 'image.not_found': unknown },
    ],
    [
      'importing staged data as the same task does again',
      startImport('staged'),
      {
        importing: ['staged'],
        nothing: ['importing'],
        'image.status_conflict': liveBut('staged', 'importing'),
        'image.not_found': unknown,
      },
    ],
  ],
  CompleteImport: [
    [
      'completing the import',
      completeImport(),
      {
        active: ['importing'],
        'image.upload_superseded': liveBut('importing'),
        'image.gone': gone,
        'image.not_found': ['absent'],
      },
    ],
    [
      'completing the import of another task',
      completeImport('task-2'),
      { 'image.upload_superseded': live, 'image.gone': gone, 'image.not_found': ['absent'] },
    ],
  ],
  FailImport: [
    [
      'failing the import',
      failImport(),
      { queued: ['importing'], nothing: [...liveBut('importing'), ...gone], 'image.not_found': ['absent'] },
    ],
  ],
  AddLocation: [
    [
      'adding a location',
      addLocation(otherLocation),
      {
        active: ['queued'],
        stays: ['active'],
        'image.status_conflict': liveBut('queued', 'active'),
        'image.not_found': unknown,
      },
    ],
  ],
  RemoveLocation: [
    [
      'removing the only location',
      removeLocation(),
      { 'image.last_location': ['active'], 'image.status_conflict': liveBut('active'), 'image.not_found': unknown },
    ],
  ],
  ChangeLocationMetadata: [
    [
      'changing what is remembered about a location',
      changeLocationMetadata({ weight: 3 }),
      { stays: ['active'], 'image.status_conflict': liveBut('active'), 'image.not_found': unknown },
    ],
  ],
  DeactivateImage: [
    [
      'deactivating it',
      deactivateImage,
      {
        deactivated: ['active'],
        nothing: ['deactivated'],
        'image.activation_refused': liveBut('active', 'deactivated'),
        'image.not_found': unknown,
      },
    ],
  ],
  ReactivateImage: [
    [
      'reactivating it',
      reactivateImage,
      {
        active: ['deactivated'],
        nothing: ['active'],
        'image.activation_refused': liveBut('active', 'deactivated'),
        'image.not_found': unknown,
      },
    ],
  ],
  DeleteImage: [
    ['deleting it', deleteImage, { deleted: live, 'image.not_found': unknown }],
    [
      'deleting it with a delay',
      deleteImageLater,
      {
        pending_delete: ['active'],
        'image.deletion_refused': ['deactivated'],
        deleted: liveBut('active', 'deactivated'),
        'image.not_found': unknown,
      },
    ],
  ],
  RestoreImage: [
    [
      'restoring it',
      restoreImage,
      {
        active: ['pending_delete'],
        'image.status_conflict': [...live, 'deleted', 'scrubbed'],
        'image.not_found': ['absent'],
      },
    ],
  ],
  ScrubImage: [
    [
      'scrubbing it',
      scrubImage,
      {
        deleted: ['pending_delete'],
        stays: ['deleted'],
        nothing: ['scrubbed'],
        'image.status_conflict': live,
        'image.not_found': ['absent'],
      },
    ],
  ],
};

const outcomeOf = (command: ImageCommand, situation: ImageSituation): string => {
  const before = fold(imageDecider, imageHistories[situation]);
  try {
    const events = imageDecider.decide(command, before);
    if (events.length === 0) return 'nothing';
    const after = fold(imageDecider, events, before);
    return after.status === before.status ? 'stays' : after.status;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

const situations = Object.keys(imageHistories).toSorted();

const statusOf: Readonly<Record<ImageSituation, string>> = {
  absent: 'absent',
  queued: 'queued',
  saving: 'saving',
  staging: 'uploading',
  staged: 'uploading',
  importing: 'importing',
  active: 'active',
  deactivated: 'deactivated',
  killed: 'killed',
  pending_delete: 'pending_delete',
  deleted: 'deleted',
  scrubbed: 'deleted',
};

describe('the transition table of images', () => {
  it('speaks of every status', () => {
    expect([...new Set(Object.values(statusOf))].toSorted()).toEqual(['absent', ...IMAGE_STATUSES].toSorted());
  });

  it.each(Object.entries(imageHistories))('brings an image into the situation "%s" by real events', (name, events) => {
    expect(fold(imageDecider, events).status).toBe(Object.entries(statusOf).find(([key]) => key === name)?.[1]);
  });

  for (const [type, rows] of Object.entries(table)) {
    for (const [title, command, outcomes] of rows) {
      describe(`${type}: ${title}`, () => {
        it('is decided in every situation, and once', () => {
          expect(Object.values(outcomes).flat().toSorted()).toEqual(situations);
          expect(command.type).toBe(type);
        });

        for (const [outcome, from] of Object.entries(outcomes)) {
          it.each(from.map((situation) => [situation, outcome] as const))('%s -> %s', (situation, expected) => {
            expect(outcomeOf(command, situation)).toBe(expected);
          });
        }
      });
    }
  }
});
