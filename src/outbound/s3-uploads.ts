import { Readable } from 'node:stream';
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { OutboundConfig } from '../config/app-config.js';
import type { DomainError } from '../kernel/domain-error.js';
import { RemoteRefused, RemoteUnavailable } from './outbound.errors.js';
import type { UploadSource } from './upload-source.js';

export type S3Upload = Readonly<{
  bucket: string;
  key: string;
  source: UploadSource;
  signal: AbortSignal;
  onProgress?: (bytesDone: number, bytesExpected: number) => void;
}>;

const CONNECT_TIMEOUT_MS = 10_000;
const SMALLEST_PART_BYTES = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** Parts that are sent at a time; so many are in memory. */
const PARALLEL_PARTS = 3;

/** Sends data to an object store that speaks S3. */
export class S3Uploads {
  constructor(
    private readonly config: OutboundConfig['s3'],
    private readonly stallTimeoutS: number,
  ) {}

  /**
   * Resolves when the object is there. Whatever goes wrong, no parts of it stay behind, as far as the store can be
   * reached.
   * @throws RemoteUnavailable: worth another attempt
   * @throws RemoteRefused, what the source throws, or the reason of the signal
   */
  async put({ bucket, key, source, signal, onProgress }: S3Upload): Promise<void> {
    signal.throwIfAborted();
    const client = await this.client();
    const { Upload: MultipartUpload } = await import('@aws-sdk/lib-storage');
    const reading = new SourceReading(source, signal);
    const upload = new MultipartUpload({
      client,
      queueSize: PARALLEL_PARTS,
      partSize: Math.max(SMALLEST_PART_BYTES, Math.ceil(source.sizeBytes / MOST_PARTS)),
      params: {
        Bucket: bucket,
        Key: key,
        Body: Readable.from(reading, { objectMode: false }),
        ContentLength: source.sizeBytes,
        ContentType: 'application/octet-stream',
      },
    });
    upload.on('httpUploadProgress', ({ loaded = 0 }) => onProgress?.(loaded, source.sizeBytes));
    try {
      await upload.done();
    } catch (error) {
      signal.throwIfAborted();
      throw reading.failed ? error : uploadFault(error);
    } finally {
      client.destroy();
    }
  }

  /** Loaded when it is needed: few processes ever are asked for it, and it takes much memory. */
  private async client(): Promise<S3Client> {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKey, secretKey } = this.config;
    const stallTimeoutMs = this.stallTimeoutS * 1000;
    return new S3Client({
      region,
      ...(endpoint !== null && { endpoint, forcePathStyle: true }),
      // Without keys: those of the environment or the machine's role.
      ...(accessKey !== null && { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey ?? '' } }),
      // Many stores that speak S3 do not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: stallTimeoutMs },
    });
  }
}

/**
 * Ends with an error when the signal aborts: the upload then waits for the parts that are on their way, and removes all
 * of them. Its own way to abort leaves them behind.
 */
class SourceReading implements AsyncIterable<Uint8Array> {
  failed = false;

  constructor(
    private readonly source: UploadSource,
    private readonly signal: AbortSignal,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.source.open()) {
        this.signal.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

/** The messages of the store stay in the cause: they name keys and hosts. */
function uploadFault(cause: unknown): DomainError {
  if (!isAnswer(cause)) {
    return isCredentialsError(cause)
      ? new RemoteRefused('There are no credentials for the object store', {}, { cause })
      : new RemoteUnavailable('The object store cannot be reached', {}, { cause });
  }
  const status = cause.$metadata.httpStatusCode ?? 0;
  const message = `The object store answers ${cause.name} (status ${status})`;
  return status >= 400 && status < 500 && status !== 408 && status !== 429
    ? new RemoteRefused(message, { status }, { cause })
    : new RemoteUnavailable(message, { status }, { cause });
}

const isCredentialsError = (error: unknown): boolean =>
  error instanceof Error && error.name === 'CredentialsProviderError';

/** By its form: the class is not loaded here. */
const isAnswer = (error: unknown): error is S3ServiceException =>
  error instanceof Error && '$fault' in error && '$metadata' in error;
