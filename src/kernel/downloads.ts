/** Data of an image that was sent to its end. */
export type Download = Readonly<{
  imageId: string;
  /** Project that the image belongs to. */
  owner: string | null;
  /** Its address is null when the connection was gone at once. */
  receiver: Readonly<{ projectId: string | null; userId: string | null; address: string | null }>;
  sentBytes: number;
  /** What there should have been to send. */
  expectedBytes: number;
}>;

/** Told of downloads. It must not hold them up. */
export interface DownloadObserver {
  ended(download: Download): void;
}

/** NestJS token. */
export const DOWNLOAD_OBSERVER = Symbol('DownloadObserver');

export const NOBODY: DownloadObserver = { ended: () => undefined };
