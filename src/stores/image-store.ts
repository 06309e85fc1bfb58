/** An inclusive-exclusive part of an image's data, in bytes. */
export type ByteRange = Readonly<{ offset: number; length: number }>;

/** Bytes that are durable: where they are, how many, and what the store wants to remember about them. */
export type StoredData = Readonly<{ url: string; sizeBytes: number; metadata: Readonly<Record<string, unknown>> }>;

/**
 * Data as it is read from a store. A chunk is valid only until the next one is asked for: copy what must outlive that. It is
 * to be iterated once, or ended by `return`, so that what it holds open is closed.
 */
export type StoredBytes = AsyncIterable<Uint8Array>;

/**
 * `share`: one copy of the bytes can be the data of several images.
 * `refer`: the bytes are somebody else's; the store reads them, and `delete` removes nothing.
 * `dependents`: others can build on the bytes in the store, which then cannot be removed; `mustBeUnused` tells.
 */
export type StoreCapability = 'write' | 'delete' | 'read_range' | 'share' | 'refer' | 'dependents';

/**
 * A backend that keeps the bytes of images. A driver only moves bytes; hashing, size limits and metrics wrap around it.
 *
 * Bytes become readable under their URL only when `put` resolves; a failed or aborted `put` leaves nothing.
 * Adapters throw the errors of stores.errors.ts and keep their library's error as `cause`.
 */
export interface ImageStore {
  readonly scheme: string;
  readonly capabilities: ReadonlySet<StoreCapability>;

  /** Whether a URL names a place in this store; says nothing about bytes being there. */
  owns(url: string): boolean;

  /**
   * Id of the image that bytes at this URL belong to by the store's way of naming them.
   * @returns null for a URL that is not this store's, and where names tell nothing
   */
  imageIdOf(url: string): string | null;

  /**
   * Stores the data of an image.
   * @param uploadId names the unfinished bytes, so that `discardUnfinished` finds them after a crash
   * @param data chunks that are valid only until the next one is asked for: copy what must outlive that
   * @param beforeCommit runs when all bytes are durable and before they become readable; its rejection discards them
   * @param signal its reason is thrown when it is a DomainError, UploadAborted otherwise
   * @param expectedBytes how many will come, so that a store can look for room; null: nobody knows
   * @throws StoreDuplicate when there are bytes for this image already
   * @throws StoreFull, StoreDenied, StoreUnavailable, StoreAddDisabled without the capability `write`
   */
  put(
    imageId: string,
    uploadId: string,
    data: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    beforeCommit?: () => Promise<void>,
    expectedBytes?: number | null,
  ): Promise<StoredData>;

  /**
   * Makes stored data the data of a further image, without a second copy of the bytes. Each has a URL of its own, and the
   * bytes go away with the last of them. `uploadId` names what a crash may leave behind, as with `put`.
   * @throws StoreDuplicate when there are bytes for that image already, StoredDataMissing, StoreUrlInvalid, StoreDenied,
   * StoreUnavailable, StoreOperationUnsupported without the capability `share` or when these bytes cannot be shared
   */
  share(url: string, imageId: string, uploadId: string): Promise<StoredData>;

  /**
   * Makes bytes that others have put into this store, or that it refers to, the data of an image. It gets a URL under which
   * no other image can have them, so that its deletion takes nothing from others; the URL is the same where the bytes
   * stand under the image's own name, or are only referred to. `uploadId` is as with `put`.
   * @throws as `share`, and StoreUnavailable when the store cannot tell how many bytes there are
   */
  adopt(url: string, imageId: string, uploadId: string): Promise<StoredData>;

  /**
   * Opens data for reading, as fast as it is asked for. A range that reaches beyond the end is cut there.
   * @throws StoredDataMissing before the first byte, StoreOperationUnsupported for a range that the store cannot read,
   * StoreUrlInvalid for a URL that is not this store's
   */
  get(url: string, range?: ByteRange): Promise<StoredBytes>;

  /** @throws StoredDataMissing, StoreUrlInvalid */
  sizeOf(url: string): Promise<number>;

  /**
   * Returns when nothing in the store depends on the data, so that it may be removed: clones of a snapshot, say. What `share`
   * made does not depend on what it was made from. Without the capability `dependents` nothing ever does.
   * @throws StoredDataInUse, StoreUnavailable
   */
  mustBeUnused(url: string): Promise<void>;

  /** Removes data. Idempotent. @throws StoredDataInUse when something else depends on it, StoreUrlInvalid, StoreOperationUnsupported without the capability `delete` */
  delete(url: string): Promise<void>;

  /**
   * Removes what a dead `put` of this upload left behind, also when it had become readable. Idempotent.
   * A store may not know which upload its readable bytes stem from: call it only for an image that has no data,
   * never for the loser of two uploads (a `put` that rejects has cleaned up already).
   */
  discardUnfinished(imageId: string, uploadId: string): Promise<void>;

  /** Lists all that the store holds, for reconciliation: finished data of images, and unfinished uploads. */
  inventory(): AsyncIterable<StoredObject>;
}

export type StoredObject = Readonly<
  { kind: 'image'; imageId: string; url: string } | { kind: 'unfinished'; imageId: string; uploadId: string }
>;

/** A configured store: its id, what `/v2/info/stores` says of it, and its driver. */
export type ConfiguredStore = Readonly<{
  id: string;
  type: string;
  description: string;
  weight: number;
  isDefault: boolean;
  readOnly: boolean;
  driver: ImageStore;
}>;

/** All configured stores by id, in the operator's order. */
export type ImageStores = ReadonlyMap<string, ConfiguredStore>;

/** NestJS token of ImageStores. */
export const IMAGE_STORES = Symbol('ImageStores');
