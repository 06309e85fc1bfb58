import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { CommandContext } from '../../../events/handle-command.js';
import { LEASES } from '../../../kernel/lease.js';
import type { Leases } from '../../../kernel/lease.js';
import type { Untimed } from '../../../kernel/untimed.js';
import { ImageGone } from '../domain/image.errors.js';
import type {
  CompleteStaging,
  FailStaging,
  FailUpload,
  StartStaging,
  StartUpload,
  StoreUploadedData,
} from '../domain/image.commands.js';
import type { ImageState } from '../domain/image-state.js';
import { contextOf } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { claimDurationMs, UploadClaim } from './upload-claim.js';
import { UploadsInFlight } from './uploads-in-flight.js';

/** An image that is claimed for data. */
export type ClaimedImage = Readonly<{
  uploadId: string;
  image: ImageState;
  /** Aborts when the claim is lost or the process must stop. */
  signal: AbortSignal;
  /** To run last before the bytes become readable; its rejection must discard them. */
  beforeCommit: () => Promise<void>;
}>;

/** One way to bring data: what it asks of the image, and what it does with the bytes. */
export type Transfer<Received> = Readonly<{
  imageId: string;
  start(uploadId: string): Untimed<StartUpload | StartStaging>;
  receive(claimed: ClaimedImage): Promise<Received>;
  complete(uploadId: string, received: Received): Untimed<StoreUploadedData | CompleteStaging>;
  fail(uploadId: string, reason: string): Untimed<FailUpload | FailStaging>;
  /** Removes what was received and did not become the image's. */
  remove(received: Received): Promise<void>;
}>;

/** A transfer that has claimed its image. */
type Claimed<Received> = Readonly<{
  transfer: Transfer<Received>;
  uploadId: string;
  context: CommandContext;
  claim: UploadClaim;
}>;

/**
 * Brings data from a client: claim, receive, commit. Whatever fails, the image is queued again and the bytes are gone; if
 * this process dies, the claim's lease runs out and the scrubber does the same.
 */
@Injectable()
export class ClaimedTransfer {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly inFlight: UploadsInFlight,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * @throws what the transfer throws, the refusals of its commands, ImageGone when the image was deleted meanwhile,
   *   ImageUploadSuperseded when the claim was lost
   */
  async run<Received>(transfer: Transfer<Received>, request: ClientRequest): Promise<void> {
    await this.inFlight.run((stopping) => this.claim(transfer, request, stopping));
  }

  private async claim<Received>(
    transfer: Transfer<Received>,
    request: ClientRequest,
    stopping: AbortSignal,
  ): Promise<void> {
    const uploadId = randomUUIDv7();
    const claim = await UploadClaim.take(this.leases, uploadId, claimDurationMs(this.config.uploads.leaseS));
    try {
      const command = transfer.start(uploadId);
      const context = contextOf(request);
      const { state: image } = await this.images.handle(command, context, (state) =>
        this.authorization.authorize(request.caller, command, state),
      );
      const signal = AbortSignal.any([stopping, claim.signal]);
      await this.receive({ transfer, uploadId, context, claim }, image, signal);
    } finally {
      await claim.release();
    }
  }

  private async receive<Received>(claimed: Claimed<Received>, image: ImageState, signal: AbortSignal): Promise<void> {
    const { transfer, uploadId, claim, context } = claimed;
    let received: Received | undefined;
    try {
      received = await transfer.receive({ uploadId, image, signal, beforeCommit: () => claim.keep() });
      await claim.keep(); // the last step of a slow store may have taken long
      await this.images.handle(transfer.complete(uploadId, received), context);
    } catch (error) {
      await this.giveUp(claimed, received, error);
    }
  }

  /**
   * Whether the transfer has succeeded after all: then its commit had reached the log, and only the answer was lost.
   * @throws ImageUploadSuperseded when the claim was lost: then the bytes have been removed already, and what stands in
   *   their place may be another upload's
   */
  private async isCommitted<Received>({ transfer, uploadId, claim }: Claimed<Received>): Promise<boolean> {
    await claim.keep();
    // While the lease is held nobody but this transfer can have ended it.
    return (await this.images.stateOf(transfer.imageId)).uploadId !== uploadId;
  }

  /**
   * Removes what was received, then fails the transfer. Returns when it has succeeded after all.
   * @throws ImageGone when the image was deleted meanwhile, ImageUploadSuperseded when the claim was lost, else the cause
   */
  private async giveUp<Received>(
    claimed: Claimed<Received>,
    received: Received | undefined,
    cause: unknown,
  ): Promise<void> {
    const { transfer, uploadId, context } = claimed;
    const { imageId } = transfer;
    const committed = received !== undefined && (await this.isCommitted(claimed));
    // First of all: an image that is queued must not have bytes in its place if this process dies here.
    if (received !== undefined && !committed) await transfer.remove(received);
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Without effect on what is committed, but that the read models show it.
    const { state } = await this.images.handle(transfer.fail(uploadId, reason), context);
    if (committed) return;
    if (state.status === 'deleted') throw new ImageGone(`Image ${imageId} was deleted during the upload`, { imageId });
    throw cause;
  }
}
