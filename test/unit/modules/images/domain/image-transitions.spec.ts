import type { ImportRequest } from '../../../../../src/events/contracts/image-events.js';
import type { ImageErrorCode } from '../../../../../src/modules/images/domain/image.errors.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import type { ImageCommand } from '../../../../../src/modules/images/domain/image.commands.js';
import type { ImageStatus } from '../../../../../src/modules/images/domain/image-status.js';
import { IMAGE_STATUSES } from '../../../../../src/modules/images/domain/image-status.js';
import { DomainError } from '../../../../../src/kernel/domain-error.js';
import { fold } from '../../../../support/decider-scenario.js';
import { imageLocation, TASK_ID } from '../../../../support/image-events.builder.js';
import {
  addLocation,
  addMember,
  addTag,
  changeImage,
  completeImport,
  completeLocationImport,
  completeLocationRemoval,
  completeStaging,
  createImage,
  deactivateImage,
  deleteImage,
  deleteImageLater,
  describeImport,
  failImport,
  failImportToStore,
  failLocationImport,
  failStaging,
  failUpload,
  importToStore,
  reactivateImage,
  removeFromStore,
  removeLocation,
  removeLocationAt,
  removeMember,
  removeTag,
  replaceLocations,
  requestImport,
  requestLocationImport,
  restoreImage,
  revertImage,
  revertImportToStore,
  scrubImage,
  setMemberStatus,
  setProperty,
  startImport,
  startLocationImport,
  startScrubbing,
  startStaging,
  startUpload,
  storeUploadedData,
  undoLocationRemoval,
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
const gone: readonly ImageSituation[] = ['pending_delete', 'scrubbing', 'deleted', 'scrubbed'];
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

/** Images with data that clients may use. */
const shown: readonly ImageSituation[] = ['active', 'imported', 'copying'];
/** Images whose import has started. */
const running: readonly ImageSituation[] = ['importing', 'imported', 'copying'];
const locked: readonly ImageSituation[] = ['locked', 'stagedAndLocked', ...running];

/** Asks for a lock that should be free, and for one that the task of these situations should hold. */
const requesting = (
  title: string,
  request: Partial<ImportRequest>,
  free: ImageSituation,
  held: readonly ImageSituation[],
): readonly Row[] => {
  const others = { 'image.status_conflict': liveBut(free, ...held), 'image.not_found': unknown };
  return [
    [
      `requesting ${title}`,
      requestImport(request, { taskId: 'task-2' }),
      { stays: [free], 'image.import_conflict': held, ...others },
    ],
    [
      `requesting ${title} in place of another task`,
      requestImport(request, { taskId: 'task-2', preempts: TASK_ID }),
      { stays: held, 'image.import_conflict': [free], ...others },
    ],
  ];
};

const ofRunningImport = (title: string, command: ImageCommand, outcomes: Row[2]): Row => [
  title,
  command,
  {
    ...outcomes,
    'image.status_conflict': ['locked', 'stagedAndLocked'],
    'image.upload_superseded': liveBut(...locked),
    'image.gone': gone,
    'image.not_found': ['absent'],
  },
];

const ofAnotherTask = (title: string, command: ImageCommand): Row => [
  `${title} for another task`,
  command,
  { 'image.upload_superseded': live, 'image.gone': gone, 'image.not_found': ['absent'] },
];

const notAwaited = (title: string, command: ImageCommand): Row => [
  title,
  command,
  { nothing: [...live, ...gone], 'image.not_found': ['absent'] },
];

const otherLocation = imageLocation({ store: 'other', url: 'file:///images/two' });

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
      'adding a location',
      addLocation(otherLocation),
      {
        active: ['queued'],
        stays: ['active'],
        'image.import_conflict': ['locked', 'imported', 'copying'],
        'image.status_conflict': liveBut('queued', 'locked', ...shown),
        'image.not_found': unknown,
      },
    ],
    [
      'removing the only location by its place',
      removeLocationAt(0),
      { 'image.last_location': shown, 'image.status_conflict': liveBut(...shown), 'image.not_found': unknown },
    ],
    [
      'replacing all locations by none',
      replaceLocations(),
      {
        'image.locations_needed': ['queued', 'active'],
        'image.import_conflict': ['locked', 'imported', 'copying'],
        'image.status_conflict': liveBut('queued', 'locked', ...shown),
        'image.not_found': unknown,
      },
    ],
    [
      'changing its disk format',
      changeImage([{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }]),
      {
        stays: ['queued', 'locked', 'importing'],
        'image.format_fixed': liveBut('queued', 'locked', 'importing'),
        'image.not_found': unknown,
      },
    ],
    [
      'setting its container format to what it is',
      changeImage([{ kind: 'set_field', field: 'containerFormat', value: 'bare' }]),
      {
        nothing: ['queued', 'locked', 'importing'],
        'image.format_fixed': liveBut('queued', 'locked', 'importing'),
        'image.not_found': unknown,
      },
    ],
  ],
  RevertImage: [
    describing('going back to another name', revertImage({ name: 'other', tags: ['old'] })),
    repeating('going back to what it is', revertImage({ tags: ['old'] })),
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
      {
        saving: ['queued'],
        'image.import_conflict': ['locked'],
        'image.status_conflict': liveBut('queued', 'locked'),
        'image.not_found': unknown,
      },
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
      {
        uploading: ['queued'],
        'image.import_conflict': ['locked'],
        'image.status_conflict': liveBut('queued', 'locked'),
        'image.not_found': unknown,
      },
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
  RequestImport: [
    ...requesting('an import from the web', {}, 'queued', ['locked']),
    ...requesting('an import of staged data', { method: 'glance-direct' }, 'staged', ['stagedAndLocked']),
    ...requesting('a copy', { method: 'copy-image', stores: ['other'] }, 'active', ['imported', 'copying']),
    [
      'requesting an import that has the lock already',
      requestImport(),
      {
        stays: ['queued'],
        nothing: locked,
        'image.status_conflict': liveBut('queued', ...locked),
        'image.not_found': unknown,
      },
    ],
  ],
  StartImport: [
    [
      'starting the import',
      startImport(),
      {
        importing: ['locked', 'stagedAndLocked'],
        nothing: running,
        'image.upload_superseded': liveBut(...locked),
        'image.gone': gone,
        'image.not_found': ['absent'],
      },
    ],
    ofAnotherTask('starting the import', startImport({ taskId: 'task-2' })),
  ],
  DescribeImport: [
    ofRunningImport('describing the image', describeImport([setProperty('colour', 'red')]), {
      stays: ['importing', 'copying'],
      nothing: ['imported'],
    }),
    ofAnotherTask('describing the image', describeImport([setProperty('colour', 'red')], 'task-2')),
  ],
  ImportToStore: [
    ofRunningImport('storing the last imported data', importToStore({ location: otherLocation }), {
      active: ['importing'],
      stays: ['imported', 'copying'],
    }),
    ofRunningImport('storing some imported data', importToStore({ location: otherLocation, activates: false }), {
      stays: running,
    }),
    ofAnotherTask('storing imported data', importToStore({ location: otherLocation, taskId: 'task-2' })),
  ],
  FailImportToStore: [
    ofRunningImport('failing in a store', failImportToStore(), {
      stays: ['importing'],
      nothing: ['imported', 'copying'],
    }),
    ofAnotherTask('failing in a store', failImportToStore('local', 'task-2')),
  ],
  RevertImportToStore: [
    ofRunningImport('taking back what clients use, or what was not imported', revertImportToStore(), {
      nothing: running,
    }),
    ofAnotherTask('taking back imported data', revertImportToStore('local', 'task-2')),
  ],
  CompleteImport: [
    [
      'completing the import',
      completeImport(),
      {
        stays: ['imported'],
        'image.status_conflict': locked.filter((situation) => situation !== 'imported'),
        'image.upload_superseded': liveBut(...locked),
        'image.gone': gone,
        'image.not_found': ['absent'],
      },
    ],
    ofAnotherTask('completing the import', completeImport('task-2')),
  ],
  FailImport: [
    [
      'failing the import',
      failImport(),
      {
        queued: ['stagedAndLocked', 'importing'],
        stays: ['locked', 'imported', 'copying'],
        nothing: [...liveBut(...locked), ...gone],
        'image.not_found': ['absent'],
      },
    ],
    [
      'failing the import of another task',
      failImport({ taskId: 'task-2' }),
      { nothing: [...live, ...gone], 'image.not_found': ['absent'] },
    ],
  ],
  RemoveLocation: [
    [
      'removing the only location',
      removeLocation(),
      { 'image.last_location': shown, 'image.status_conflict': liveBut(...shown), 'image.not_found': unknown },
    ],
  ],
  RemoveFromStore: [
    [
      'removing it from the only store',
      removeFromStore(),
      { 'image.last_location': shown, 'image.status_conflict': liveBut(...shown), 'image.not_found': unknown },
    ],
  ],
  CompleteLocationRemoval: [notAwaited('reporting that bytes are gone', completeLocationRemoval())],
  UndoLocationRemoval: [notAwaited('reporting that bytes stay', undoLocationRemoval())],
  RequestLocationImport: [
    [
      'requesting the registration of a location',
      requestLocationImport(),
      {
        stays: ['queued'],
        'image.import_conflict': ['locked'],
        'image.status_conflict': liveBut('queued', 'locked'),
        'image.not_found': unknown,
      },
    ],
  ],
  StartLocationImport: [ofAnotherTask('starting a registration', startLocationImport())],
  CompleteLocationImport: [ofAnotherTask('completing a registration', completeLocationImport())],
  FailLocationImport: [notAwaited('failing a registration', failLocationImport())],
  DeactivateImage: [
    [
      'deactivating it',
      deactivateImage,
      {
        deactivated: shown,
        nothing: ['deactivated'],
        'image.activation_refused': liveBut(...shown, 'deactivated'),
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
        nothing: shown,
        'image.activation_refused': liveBut(...shown, 'deactivated'),
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
        pending_delete: shown,
        'image.deletion_refused': ['deactivated'],
        deleted: liveBut(...shown, 'deactivated'),
        'image.not_found': unknown,
      },
    ],
    [
      'deleting it with a delay, or at once if it is deactivated',
      { ...deleteImageLater, evenDeactivated: true },
      { pending_delete: shown, deleted: liveBut(...shown), 'image.not_found': unknown },
    ],
  ],
  RestoreImage: [
    [
      'restoring it',
      restoreImage,
      {
        active: ['pending_delete'],
        'image.status_conflict': [...live, 'scrubbing', 'deleted', 'scrubbed'],
        'image.not_found': ['absent'],
      },
    ],
  ],
  StartScrubbing: [
    [
      'beginning to scrub it',
      startScrubbing,
      {
        stays: ['pending_delete', 'deleted'],
        nothing: ['scrubbing', 'scrubbed'],
        'image.status_conflict': live,
        'image.not_found': ['absent'],
      },
    ],
  ],
  ScrubImage: [
    [
      'scrubbing it',
      scrubImage,
      {
        deleted: ['pending_delete', 'scrubbing'],
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
  locked: 'queued',
  stagedAndLocked: 'uploading',
  importing: 'importing',
  imported: 'active',
  active: 'active',
  copying: 'active',
  deactivated: 'deactivated',
  killed: 'killed',
  pending_delete: 'pending_delete',
  scrubbing: 'pending_delete',
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
