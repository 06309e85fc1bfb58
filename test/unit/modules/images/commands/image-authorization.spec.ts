import { ActionForbidden } from '../../../../../src/auth/auth.errors.js';
import type { Caller } from '../../../../../src/auth/caller.js';
import { ImagePolicy } from '../../../../../src/auth/image-policy.js';
import { RulePolicy } from '../../../../../src/auth/rule-policy.js';
import type { ImageEvent } from '../../../../../src/events/contracts/image-events.js';
import { ImageAuthorization } from '../../../../../src/modules/images/commands/image-authorization.js';
import type { ClientCommand } from '../../../../../src/modules/images/commands/image-authorization.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageImportConflict,
  ImageNotFound,
  ImageStatusConflict,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold } from '../../../../support/decider-scenario.js';
import { detailsChanged, visibilityChanged } from '../../../../support/image-events.builder.js';
import { requestImport, restoreImage, startStaging } from '../domain/image-commands.builder.js';
import { imageHistories } from '../domain/image-histories.js';

const member = { userId: 'u', roles: ['member', 'reader'], serviceRoles: [], systemScope: null, isAdmin: false };
const owner: Caller = { ...member, projectId: 'project-a' };
const stranger: Caller = { ...member, projectId: 'project-x' };
const admin: Caller = { ...member, projectId: 'operators', roles: ['admin', 'member', 'reader'], isAdmin: true };

const authorization = new ImageAuthorization(new ImagePolicy(new RulePolicy()));
const asking = (caller: Caller, command: ClientCommand, ...history: readonly ImageEvent[]): Promise<void> =>
  authorization.authorize(caller, command, fold(imageDecider, history));

const { absent, queued, active, pending_delete: pendingDelete, deleted } = imageHistories;
const published = visibilityChanged('public');
const copy = requestImport({ method: 'copy-image', stores: ['fast'] });

describe('who may stage and import data', () => {
  it.each([startStaging(), requestImport()])('lets the owner and administrators: $type', async (command) => {
    await expect(asking(owner, command, ...queued)).resolves.toBeUndefined();
    await expect(asking(admin, command, ...queued)).resolves.toBeUndefined();
  });

  it.each([startStaging(), requestImport()])('forbids it to others, or hides the image: $type', async (command) => {
    await expect(asking(stranger, command, ...queued, published)).rejects.toThrow(ActionForbidden);
    await expect(asking(stranger, command, ...queued)).rejects.toThrow(ImageNotFound);
    await expect(asking(owner, command, ...deleted)).rejects.toThrow(ImageNotFound);
  });

  it('leaves copies to administrators', async () => {
    await expect(asking(admin, copy, ...active)).resolves.toBeUndefined();
    await expect(asking(owner, copy, ...active)).rejects.toThrow(ActionForbidden);
  });

  it('says that an import cannot be done before it says that the caller may not', async () => {
    await expect(asking(owner, copy, ...queued)).rejects.toThrow(ImageStatusConflict);
    await expect(asking(stranger, requestImport(), ...active, published)).rejects.toThrow(ImageStatusConflict);
    const formatless = detailsChanged({ diskFormat: null });
    await expect(asking(stranger, requestImport(), ...queued, published, formatless)).rejects.toThrow(
      ImageImportConflict,
    );
    await expect(asking(stranger, requestImport(), ...active)).rejects.toThrow(ImageNotFound);
  });
});

describe('who may restore an image', () => {
  it('is an administrator, while the image waits for the scrubber', async () => {
    await expect(asking(admin, restoreImage, ...pendingDelete)).resolves.toBeUndefined();
    await expect(asking(owner, restoreImage, ...pendingDelete)).rejects.toThrow(ActionForbidden);
  });

  it('learns that there is nothing to restore, but not who else has what', async () => {
    for (const history of [absent, deleted]) {
      await expect(asking(admin, restoreImage, ...history)).rejects.toThrow(ImageNotFound);
      await expect(asking(owner, restoreImage, ...history)).rejects.toThrow(ActionForbidden);
    }
  });
});
