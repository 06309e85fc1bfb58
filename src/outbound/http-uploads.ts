import { isAllowedTarget } from './export-target.js';
import type { HttpClient } from './http-client.js';
import { UrlForbidden } from './outbound.errors.js';
import type { UploadSource } from './upload-source.js';
import type { AdmittedUrl, UrlFilter } from './url-filter.js';

export type Upload = Readonly<{
  url: string;
  source: UploadSource;
  signal: AbortSignal;
  onProgress?: (bytesDone: number, bytesExpected: number) => void;
}>;

/** Sends data to servers that the operator has named, with PUT. */
export class HttpUploads {
  constructor(
    private readonly client: HttpClient,
    private readonly filter: UrlFilter,
    private readonly prefixes: readonly string[],
  ) {}

  /**
   * Resolves when the server says that it has all of it (2xx).
   * @throws RemoteUnavailable: worth another attempt
   * @throws UrlForbidden, also when it is redirected elsewhere; RemoteRefused, RemoteDataInvalid, what the source
   * throws, or the reason of the signal
   */
  async put({ url, source, signal, onProgress }: Upload): Promise<void> {
    const answer = await this.client.put({
      url,
      body: source,
      headers: { 'content-type': 'application/octet-stream' },
      signal,
      admit: (each) => this.admit(each),
      ...(onProgress && { onSent: (bytes: number) => onProgress(bytes, source.sizeBytes) }),
    });
    if (answer.status < 200 || answer.status >= 300) throw answer.refusal();
    answer.discard();
  }

  private async admit(url: string): Promise<AdmittedUrl> {
    if (!isAllowedTarget(url, this.prefixes)) throw notNamed();
    return this.filter.admitNamed(url);
  }
}

/** The refusal of a place that the operator has not named. */
export const notNamed = (): UrlForbidden => {
  const reason = 'exports may not go there';
  return new UrlForbidden(`The URL is not allowed: ${reason}`, { reason });
};
