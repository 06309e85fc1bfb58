import { Injectable } from '@nestjs/common';
import { ActionForbidden, propertyReserved } from '../../../auth/auth.errors.js';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import type { ImageTarget } from '../../../auth/image-policy.js';
import { PropertyProtections, UNPROTECTED } from '../../../auth/property-protections.js';
import type { RuleName } from '../../../auth/policy-rules.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { ChangeImage, ImageChange, ImageCommand, RequestImport } from '../domain/image.commands.js';
import { imageNotFound, mustHaveStatus } from '../domain/image-guards.js';
import { missingProperty } from '../domain/image-changes.js';
import { mustBeImportable } from '../domain/image-import-requests.js';
import { changeTo } from '../domain/image-reversion.js';
import { ImageMemberNotFound, ImageNotShared, ImageOwnerRefused } from '../domain/image.errors.js';
import type { ImageState } from '../domain/image-state.js';

/** The commands that clients may send; all others are the service's own. */
export type ClientCommand = Extract<
  ImageCommand,
  {
    type:
      | 'CreateImage'
      | 'ChangeImage'
      | 'RevertImage'
      | 'AddTag'
      | 'RemoveTag'
      | 'AddMember'
      | 'SetMemberStatus'
      | 'RemoveMember'
      | 'StartUpload'
      | 'StartStaging'
      | 'RequestImport'
      | 'DeactivateImage'
      | 'ReactivateImage'
      | 'DeleteImage'
      | 'RestoreImage'
      | 'RemoveFromStore'
      | 'RequestLocationImport';
  }
>;

/** Commands that need nothing but these rules, in this order. */
const PLAIN_RULES = {
  AddTag: ['modify_image'],
  RemoveTag: ['modify_image'],
  StartUpload: ['upload_image'],
  StartStaging: ['modify_image'],
  DeactivateImage: ['deactivate'],
  ReactivateImage: ['reactivate'],
  DeleteImage: ['delete_image'],
  RemoveFromStore: ['get_image_location', 'delete_image_location'],
} as const satisfies Partial<Record<ClientCommand['type'], readonly RuleName[]>>;

type PlainCommand = Extract<Untimed<ClientCommand>, { type: keyof typeof PLAIN_RULES }>;

const isPlain = (command: Untimed<ClientCommand>): command is PlainCommand => Object.hasOwn(PLAIN_RULES, command.type);

const VISIBILITY_RULES: Readonly<Record<string, RuleName>> = {
  public: 'publicize_image',
  community: 'communitize_image',
};

/** Decides which policy rules a command needs, and asks them about the image as it is when the command is decided. */
@Injectable()
export class ImageAuthorization {
  constructor(
    private readonly policy: ImagePolicy,
    private readonly properties: PropertyProtections = UNPROTECTED,
  ) {}

  /**
   * @throws ImageNotFound for what the caller may not see, ActionForbidden, ImageOwnerRefused, and the member commands' own
   *   refusals
   */
  async authorize(caller: Caller, command: Untimed<ClientCommand>, state: ImageState): Promise<void> {
    if (isPlain(command)) {
      for (const rule of PLAIN_RULES[command.type]) await this.require(rule, caller, command.imageId, state);
      return;
    }
    switch (command.type) {
      case 'CreateImage':
        await this.authorizeNewImage(caller, command.description);
        await this.authorizeNewProperties(caller, Object.keys(command.description.properties));
        break;
      case 'ChangeImage':
        await this.authorizeChange(caller, command, state);
        break;
      case 'RevertImage':
        // Who repeats it changes nothing, and must be allowed to all the same.
        await this.require('modify_image', caller, command.imageId, state);
        await this.authorizeChange(caller, changeTo(command, state), state);
        break;
      case 'AddMember':
      case 'RemoveMember':
      case 'SetMemberStatus':
        await this.authorizeMember(caller, command, state);
        break;
      case 'RequestImport':
        await this.authorizeImport(caller, command, state);
        break;
      case 'RequestLocationImport':
        mustExistFor(caller, command.imageId, state, this.policy);
        mustHaveStatus(command, state, ['queued'], 'get a location');
        await this.require('add_image_location', caller, command.imageId, state);
        break;
      case 'RestoreImage':
        authorizeRestore(caller, command.imageId, state);
    }
  }

  /** @throws ImageNotFound for what the caller may not see, ActionForbidden */
  async authorizeDownload(caller: Caller, imageId: string, state: ImageState): Promise<void> {
    await this.require('download_image', caller, imageId, state);
  }

  /** @throws ImageOwnerRefused, ActionForbidden */
  async authorizeNewImage(
    caller: Caller,
    { owner, visibility }: Readonly<{ owner: string | null; visibility: string }>,
  ): Promise<void> {
    if (!caller.isAdmin && owner !== caller.projectId) {
      throw new ImageOwnerRefused(`You are not permitted to create images owned by '${owner ?? 'None'}'`, { owner });
    }
    await this.policy.requireCreate('add_image', caller, { owner, visibility });
    const rule = VISIBILITY_RULES[visibility];
    if (rule !== undefined) await this.policy.requireCreate(rule, caller, { owner, visibility });
  }

  private async authorizeChange(caller: Caller, command: Untimed<ChangeImage>, state: ImageState): Promise<void> {
    mustExistFor(caller, command.imageId, state, this.policy);
    const properties = new Map(Object.entries(state.properties));
    for (const change of command.changes) {
      const field = change.kind === 'set_field' ? change.field : null;
      const visibilityRule =
        change.kind === 'set_field' && change.field === 'visibility' ? VISIBILITY_RULES[change.value] : undefined;
      if (visibilityRule !== undefined) await this.require(visibilityRule, caller, command.imageId, state);
      await this.require('modify_image', caller, command.imageId, state);
      if (field === 'owner' && !caller.isAdmin)
        throw new ImageOwnerRefused('Only administrators may change the owner of an image');
      if (change.kind !== 'set_field') await this.authorizeProperty(caller, change, properties);
    }
    for (const { kind } of command.locations?.changes ?? []) {
      const rule = kind === 'remove_location' ? 'delete_image_location' : 'set_image_location';
      await this.require(rule, caller, command.imageId, state);
    }
  }

  /** @throws PropertyReserved */
  async authorizeNewProperties(caller: Caller, names: readonly string[]): Promise<void> {
    for (const name of names) await this.properties.require('create', name, caller);
  }

  /**
   * What the caller may not read looks absent, but is not overwritten.
   * @param properties as the steps before have left them; this one is made
   */
  private async authorizeProperty(
    caller: Caller,
    change: Exclude<ImageChange, { kind: 'set_field' }>,
    properties: Map<string, string>,
  ): Promise<void> {
    const { name } = change;
    const known = properties.get(name);
    const isReadable = await this.properties.allows('read', name, caller);
    if (change.kind === 'remove_property') {
      if (known === undefined || !isReadable) throw missingProperty(name);
      await this.properties.require('delete', name, caller);
      properties.delete(name);
      return;
    }
    if (change.when === 'present' && (known === undefined || !isReadable)) throw missingProperty(name);
    if (known === undefined) await this.properties.require('create', name, caller);
    else if (!isReadable) throw propertyReserved(name);
    else if (known !== change.value) await this.properties.require('update', name, caller);
    properties.set(name, change.value);
  }

  /** Members of an image that is not shared do not exist for anybody; a member sees its own membership only. */
  private async authorizeMember(
    caller: Caller,
    command: Untimed<Extract<ClientCommand, { memberId: string }>>,
    state: ImageState,
  ): Promise<void> {
    const { imageId, memberId } = command;
    mustExistFor(caller, imageId, state, this.policy);
    if (state.visibility !== 'shared') throw new ImageNotShared('Only shared images have members.', { imageId });
    if (command.type === 'AddMember') {
      await this.require('add_member', caller, imageId, state);
      return;
    }
    const sees = caller.isAdmin || caller.projectId === state.owner || caller.projectId === memberId;
    if (!sees || !Object.hasOwn(state.members, memberId)) {
      throw new ImageMemberNotFound(`${memberId} is no member of image ${imageId}`, { imageId, memberId });
    }
    await this.require(command.type === 'RemoveMember' ? 'delete_member' : 'modify_member', caller, imageId, state);
  }

  /** What cannot be done at all is said before what the caller may not do. */
  private async authorizeImport(caller: Caller, command: Untimed<RequestImport>, state: ImageState): Promise<void> {
    mustExistFor(caller, command.imageId, state, this.policy);
    mustBeImportable(command, state);
    const rule = command.request.method === 'copy-image' ? 'copy_image' : 'modify_image';
    await this.require(rule, caller, command.imageId, state);
  }

  private async require(rule: RuleName, caller: Caller, imageId: string, state: ImageState): Promise<void> {
    mustExistFor(caller, imageId, state, this.policy);
    await this.policy.require(rule, caller, targetOf(imageId, caller, state), () => imageNotFound(imageId));
  }
}

/** The only thing that can still be done to an image that waits for the scrubber. */
function authorizeRestore(caller: Caller, imageId: string, { status }: ImageState): void {
  if (!caller.isAdmin) throw new ActionForbidden('Only administrators may restore images.', { imageId });
  if (status === 'absent' || status === 'deleted') throw imageNotFound(imageId);
}

function mustExistFor(caller: Caller, imageId: string, state: ImageState, policy: ImagePolicy): void {
  const exists = state.status !== 'absent' && state.status !== 'deleted' && state.status !== 'pending_delete';
  if (!exists || !policy.canSee(caller, targetOf(imageId, caller, state))) throw imageNotFound(imageId);
}

const targetOf = (id: string, caller: Caller, state: ImageState): ImageTarget => ({
  id,
  image: state,
  digest: state.digest,
  isMember: caller.projectId !== null && Object.hasOwn(state.members, caller.projectId),
});
