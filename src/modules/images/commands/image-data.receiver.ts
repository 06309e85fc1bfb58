import { Writable } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ConfiguredStore } from '../../../stores/image-store.js';
import { SignatureChecks } from '../../../key-manager/signature-checks.js';
import type { DataDigest } from '../../../stores/ingest/ingest-pipeline.js';
import { IngestPipelines } from '../../../stores/ingest/ingest-pipelines.js';
import { FormatInspector } from '../../../stores/inspection/format-inspector.js';
import { judgeFormat } from '../../../stores/inspection/judge-format.js';
import type { StoredImageData } from '../domain/image.commands.js';
import type { ImageState } from '../domain/image-state.js';
import { StorageQuota } from './storage-quota.js';

/** Data on its way to a store, and the image that it is for. */
type IncomingData = Readonly<{
  imageId: string;
  uploadId: string;
  image: Pick<ImageState, 'owner' | 'diskFormat' | 'containerFormat' | 'properties'> &
    Partial<Pick<ImageState, 'digest'>>;
  source: Readable;
  store: ConfiguredStore;
  /** What the client announced; null when it did not. */
  expectedBytes: number | null;
  signal: AbortSignal;
  /** The token of whoever sends the data, in whose name a certificate is asked for. */
  token: () => Promise<string | null>;
  /** Runs last before the bytes become readable; its rejection discards them. */
  beforeCommit: () => Promise<void>;
  /** Slows the data down on its way to the store. */
  pace?: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Told of every chunk how many bytes have come by then. */
  onProgress?: (bytesDone: number) => void;
}>;

/** How data is read that is not stored. */
type Examination = Readonly<{
  hashAlgorithm: string;
  expectedBytes: number;
  signal: AbortSignal;
  onProgress: (bytesDone: number) => void;
}>;

/** Streams data into a store and finds out on the way what it is: size, hashes, format. What is refused leaves nothing. */
@Injectable()
export class ImageDataReceiver implements OnApplicationShutdown {
  private readonly pipelines: IngestPipelines;

  constructor(
    private readonly quota: StorageQuota,
    private readonly signatures: SignatureChecks,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.pipelines = new IngestPipelines(config.hashingAlgorithm);
  }

  /**
   * @throws ImageQuotaExceeded, SizeLimitExceeded, SizeMismatch, UploadAborted, ImageFormatMismatch, ImageFormatUnsafe,
   *   SignatureRefused, SignatureMismatch, KeyManagerUnavailable, and the store's errors
   */
  async receive(incoming: IncomingData): Promise<StoredImageData> {
    const { imageId, uploadId, image, source, store, expectedBytes, signal } = incoming;
    const inspector = image.containerFormat === 'bare' ? new FormatInspector() : null;
    await this.quota.mustAllow(image.owner, expectedBytes ?? 0);
    const limits = { maxBytes: await this.allowance(image.owner), expectedBytes };
    const signature = await this.signatures.prepare(image.properties, incoming.token);
    const observers = observed(inspector, incoming.onProgress);
    const intake = this.pipelines.with(image.digest?.hashAlgorithm ?? this.config.hashingAlgorithm);
    const ingest = intake.ingest(source, { ...limits, ...observers, signature }, signal);
    const data = incoming.pace?.(ingest.data) ?? ingest.data;
    let virtualSizeBytes: number | null = null;
    const beforeCommit = async (): Promise<void> => {
      const { sizeBytes } = await ingest.digest;
      virtualSizeBytes = this.judge(image, inspector, sizeBytes);
      await this.quota.mustAllow(image.owner, sizeBytes); // others may have stored something meanwhile
      await incoming.beforeCommit();
    };
    const stored = await store.driver.put(imageId, uploadId, data, signal, beforeCommit, expectedBytes);
    const { sizeBytes, checksum, hashAlgorithm, hashValue } = await ingest.digest;
    const location = { store: store.id, url: stored.url, metadata: stored.metadata };
    return { location, sizeBytes, virtualSizeBytes, checksum, hashAlgorithm, hashValue };
  }

  /**
   * Finds out what data is that is kept elsewhere.
   * @param expectedBytes that it has to have
   * @throws SizeMismatch, and what the source throws
   */
  async examine(
    source: Readable,
    { hashAlgorithm, expectedBytes, signal, onProgress }: Examination,
  ): Promise<DataDigest> {
    const options = { maxBytes: expectedBytes, expectedBytes, ...observed(null, onProgress) };
    const { data, digest } = this.pipelines.with(hashAlgorithm).ingest(source, options, signal);
    await pipeline(data, new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() }));
    return digest;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pipelines.close();
  }

  /** Bytes that these data may have: the cap of one image, and what is left of the owner's quota. */
  private async allowance(owner: string | null): Promise<number> {
    return Math.min(this.config.quotas.imageSizeCapBytes, await this.quota.remainingBytes(owner));
  }

  private judge(
    { diskFormat, containerFormat }: IncomingData['image'],
    inspector: FormatInspector | null,
    sizeBytes: number,
  ): number | null {
    if (inspector === null) return null;
    const { requireMatch } = this.config.formats;
    const declaration = { declaredDiskFormat: diskFormat, containerFormat, requireMatch };
    return judgeFormat(declaration, inspector.conclude(), sizeBytes).virtualSizeBytes;
  }
}

/** What looks at each chunk on its way; nothing when nobody does. */
function observed(
  inspector: FormatInspector | null,
  onProgress: IncomingData['onProgress'],
): { onChunk?: (chunk: Uint8Array) => void } {
  if (inspector === null && onProgress === undefined) return {};
  let bytesDone = 0;
  return {
    onChunk: (chunk) => {
      inspector?.observe(chunk);
      bytesDone += chunk.length;
      onProgress?.(bytesDone);
    },
  };
}
