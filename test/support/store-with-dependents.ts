import { MemoryImageStore } from '../../src/stores/memory/memory.store.js';
import type { ImageStore } from '../../src/stores/image-store.js';
import { StoredDataInUse } from '../../src/stores/stores.errors.js';

/** A store in which others build on the data of images, as on a snapshot that is cloned. */
export class StoreWithDependents extends MemoryImageStore {
  override readonly capabilities: ImageStore['capabilities'] = new Set([
    ...(['write', 'delete', 'read_range', 'share', 'dependents'] as const),
  ]);
  private readonly used = new Set<string>();

  /** Something is built on the data. @param hidden is found out only when the data is to be removed */
  depend(url: string, { hidden = false } = {}): void {
    this.used.add(hidden ? `hidden ${url}` : url);
  }

  release(url: string): void {
    this.used.delete(url);
    this.used.delete(`hidden ${url}`);
  }

  override mustBeUnused(url: string): Promise<void> {
    return this.used.has(url) ? Promise.reject(new StoredDataInUse('A clone depends on the data')) : Promise.resolve();
  }

  override async delete(url: string): Promise<void> {
    if (this.used.has(url) || this.used.has(`hidden ${url}`)) throw new StoredDataInUse('A clone depends on the data');
    await super.delete(url);
  }
}
