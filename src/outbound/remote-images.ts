import type { HttpClient } from './http-client.js';
import type { ImageEndpointQuery, ImageEndpoints } from './image-endpoints.js';
import { parseRemoteImage, type RemoteImage } from './remote-image.js';

const LONGEST_DOCUMENT_BYTES = 1024 * 1024;

/** What to download, with the header that it takes. */
export type RemoteImageData = Readonly<{ url: string; secretHeaders: Readonly<Record<string, string>> }>;

/** Asks the image services of other regions, in the name of the user. */
export class RemoteImages {
  constructor(
    private readonly client: HttpClient,
    private readonly endpoints: ImageEndpoints,
  ) {}

  /**
   * The base URL of a region's image service.
   * @throws RemoteRefused when there is none; RemoteUnavailable, RemoteDataInvalid
   */
  endpoint(query: ImageEndpointQuery): Promise<string> {
    return this.endpoints.find(query);
  }

  /**
   * @param endpoint a base URL, with or without `/v2`
   * @throws RemoteRefused when there is no such image for the user, or it is not active
   * @throws UrlForbidden, RemoteUnavailable, RemoteDataInvalid, or the reason of the signal
   */
  async fetchRemoteImage(endpoint: string, imageId: string, token: string, signal: AbortSignal): Promise<RemoteImage> {
    const answer = await this.client.get({
      url: imageUrl(endpoint, imageId),
      headers: { accept: 'application/json' },
      secretHeaders: tokenHeader(token),
      signal,
    });
    if (answer.status !== 200) throw answer.refusal();
    return parseRemoteImage(await answer.text(LONGEST_DOCUMENT_BYTES));
  }

  /** For HttpDownloads. */
  dataOf(endpoint: string, imageId: string, token: string): RemoteImageData {
    return { url: `${imageUrl(endpoint, imageId)}/file`, secretHeaders: tokenHeader(token) };
  }
}

const imageUrl = (endpoint: string, imageId: string): string =>
  `${endpoint.replace(/\/+$/, '').replace(/\/v2$/, '')}/v2/images/${encodeURIComponent(imageId)}`;

const tokenHeader = (token: string): Readonly<Record<string, string>> => ({ 'x-auth-token': token });
