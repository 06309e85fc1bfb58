import { ConfigError } from '../../config/config-error.js';
import type { ListedImage, ManagedCache } from './managed-cache.js';
import { ServerRefusal } from './server-refusal.js';

/** The cache of another machine, by way of its API. */
export class RemoteCache implements ManagedCache {
  constructor(
    private readonly server: string,
    private readonly token: string | null,
  ) {
    if (!/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
      throw new ConfigError([`--server ${server}: must be an http:// or https:// URL`]);
  }

  async list(): ReturnType<ManagedCache['list']> {
    const { cached_images: cached = [], queued_images: queued = [] } = (await this.send('GET', '')) as Listing;
    return { cached: cached.map(listedImage), queued };
  }

  async queue(imageId: string): Promise<void> {
    await this.send('PUT', `/${encodeURIComponent(imageId)}`);
  }

  async remove(imageId: string): Promise<void> {
    await this.send('DELETE', `/${encodeURIComponent(imageId)}`);
  }

  async clear(target: 'cache' | 'queue' | null): Promise<void> {
    await this.send('DELETE', '', target === null ? {} : { 'x-image-cache-clear-target': target });
  }

  async prune(): ReturnType<ManagedCache['prune']> {
    const pruned = (await this.send('POST', '/prune')) as Pruning;
    return { files: pruned.total_files_pruned ?? 0, bytes: pruned.total_bytes_pruned ?? 0 };
  }

  async clean(): Promise<void> {
    await this.send('POST', '/clean');
  }

  prefetch(): Promise<never> {
    return Promise.reject(
      new ConfigError(['cache prefetch works in the folder of a cache: a server does it by itself']),
    );
  }

  /** @throws ServerRefusal */
  private async send(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<object> {
    const token = this.token === null ? {} : { 'X-Auth-Token': this.token };
    const url = `${this.server.replace(/\/+$/, '')}/v2/cache${path}`;
    const response = await fetch(url, { method, headers: { Accept: 'application/json', ...token, ...headers } }).catch(
      (cause: unknown) => {
        throw new ServerRefusal(`${this.server} does not answer`, {}, { cause });
      },
    );
    const text = await response.text();
    if (!response.ok) throw new ServerRefusal(`${this.server} answers ${response.status}: ${messageIn(text)}`);
    return text === '' ? {} : (objectIn(text) ?? {});
  }
}

type Listing = Readonly<{ cached_images?: readonly ListedDocument[]; queued_images?: readonly string[] }>;

type ListedDocument = Readonly<{
  image_id: string;
  hits: number;
  last_accessed: number;
  last_modified: number;
  size: number;
}>;

type Pruning = Readonly<{ total_files_pruned?: number; total_bytes_pruned?: number }>;

const listedImage = (document: ListedDocument): ListedImage => ({
  imageId: document.image_id,
  sizeBytes: document.size,
  hits: document.hits,
  lastAccessedMs: document.last_accessed * 1000,
  lastModifiedMs: document.last_modified * 1000,
});

function messageIn(text: string): string {
  const document = objectIn(text);
  const message = document !== null && 'message' in document ? String(document.message) : text;
  return message.replace(/<[^>]*>/g, ' ').trim();
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
