import { isAllowedTarget, readTarget } from './export-target.js';
import { notNamed, type HttpUploads, type Upload } from './http-uploads.js';
import { UrlForbidden } from './outbound.errors.js';
import type { S3Uploads } from './s3-uploads.js';

/** The places beside stores where the operator lets images be exported to. */
export class ExportTargets {
  constructor(
    private readonly prefixes: readonly string[],
    private readonly http: HttpUploads,
    private readonly s3: S3Uploads,
  ) {}

  /**
   * Asks nobody: a place that is allowed may still not be there.
   * @throws UrlForbidden
   */
  check(url: string): void {
    const target = readTarget(url);
    if (!isAllowedTarget(url, this.prefixes)) throw notNamed();
    if (target.kind === 's3' && /^$|\/$/.test(target.path))
      throw new UrlForbidden('The URL is not allowed: it names no object');
  }

  /**
   * Replaces what is there. Resolves when the other side says that it has all of it.
   * @throws RemoteUnavailable: worth another attempt
   * @throws UrlForbidden, RemoteRefused, RemoteDataInvalid, what the source throws, or the reason of the signal
   */
  async upload(upload: Upload): Promise<void> {
    this.check(upload.url);
    const target = readTarget(upload.url);
    if (target.kind === 'http') await this.http.put(upload);
    else await this.s3.put({ ...upload, bucket: target.bucket, key: target.path });
  }
}
