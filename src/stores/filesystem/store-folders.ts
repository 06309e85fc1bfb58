import { constants } from 'node:fs';
import { access, chmod, mkdir, stat, statfs } from 'node:fs/promises';
import type { DomainError } from '../../kernel/domain-error.js';
import { StoreAddDisabled, StoreFull, StoreUrlInvalid } from '../stores.errors.js';
import { writing, writingFailure } from './storage-error.js';
import { StoreLayout } from './store-layout.js';

/** A folder of a store; of several, new data goes to one with the largest priority that has room. */
export type DataDir = Readonly<{ path: string; priority: number }>;

type Place = Readonly<{ layout: StoreLayout; path: string }>;

type Folder = Readonly<{ layout: StoreLayout; priority: number; failure: DomainError | null }>;

/** The folders of one filesystem store. An image is in one of them. */
export class StoreFolders {
  readonly layouts: readonly StoreLayout[];
  /** Why folders cannot be written to. */
  readonly failures: readonly DomainError[];
  private readonly writable: readonly Folder[];
  /** Where puts go that are under way. */
  private readonly places = new Map<string, { layout: Promise<StoreLayout>; puts: number }>();

  private constructor(folders: readonly Folder[]) {
    this.layouts = folders.map(({ layout }) => layout);
    this.failures = folders.flatMap(({ failure }) => (failure === null ? [] : [failure]));
    this.writable = folders
      .filter(({ failure }) => failure === null)
      .toSorted((one, two) => two.priority - one.priority);
  }

  /** Creates the folders. @param filePermissions of the files; who may read those may enter the folders */
  static async open(dirs: readonly DataDir[], filePermissions: number | null): Promise<StoreFolders> {
    const folders = dirs.map(async ({ path, priority }) => {
      const layout = new StoreLayout(path);
      return { layout, priority, failure: await prepare(layout, filePermissions ?? 0) };
    });
    return new StoreFolders(await Promise.all(folders));
  }

  get isWritable(): boolean {
    return this.writable.length > 0;
  }

  find(url: string): StoreLayout | null {
    return this.layouts.find((layout) => layout.owns(url)) ?? null;
  }

  /** @throws StoreUrlInvalid unless the URL names a place directly in one of the folders */
  layoutOf(url: string): StoreLayout {
    const layout = this.find(url);
    if (layout === null) throw new StoreUrlInvalid('The location is not in this image store');
    return layout;
  }

  /** Where the data of a URL may be: in the folder that it names, or in another one that somebody has moved it to. */
  placesOf(url: string): readonly [Place, ...Place[]] {
    const named = this.layoutOf(url);
    const imageId = named.imageIdOf(url) ?? '';
    const others = this.layouts.filter((layout) => layout !== named);
    return [
      { layout: named, path: named.pathOf(url) },
      ...others.map((layout) => ({ layout, path: layout.imagePath(imageId) })),
    ];
  }

  /**
   * Finds a folder for new data of an image, and lets nobody else choose another one for it meanwhile: names are unique in
   * one folder only.
   */
  async within<Result>(
    imageId: string,
    choose: () => Promise<StoreLayout>,
    act: (layout: StoreLayout) => Promise<Result>,
  ): Promise<Result> {
    const place = this.places.get(imageId) ?? { layout: choose(), puts: 0 };
    this.places.set(imageId, place);
    place.puts += 1;
    try {
      return await act(await place.layout);
    } finally {
      place.puts -= 1;
      if (place.puts === 0) this.places.delete(imageId);
    }
  }

  /**
   * The folder for new data: of those with the largest priority that have room for it, the one with the most.
   * @param sizeBytes null: nobody knows
   * @throws StoreFull, StoreAddDisabled
   */
  async choose(sizeBytes: number | null): Promise<StoreLayout> {
    const [only, ...others] = this.writable;
    if (only === undefined) throw new StoreAddDisabled('This image store is read-only');
    if (others.length === 0) return only.layout;
    let best: Readonly<{ layout: StoreLayout; priority: number; freeBytes: number }> | null = null;
    for (const { layout, priority } of this.writable) {
      if (best !== null && best.priority > priority) break;
      const freeBytes = await freeBytesOf(layout.dataDir);
      if (freeBytes < (sizeBytes ?? 0) || freeBytes <= (best?.freeBytes ?? 0)) continue;
      best = { layout, priority, freeBytes };
    }
    if (best === null) throw new StoreFull('The image store has no room left');
    return best.layout;
  }
}

async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await writing(statfs(path));
  return bavail * bsize;
}

/** @returns why the folder cannot be written to, or null */
async function prepare({ dataDir, unfinishedDir }: StoreLayout, filePermissions: number): Promise<DomainError | null> {
  try {
    await mkdir(unfinishedDir, { recursive: true, mode: 0o750 });
    for (const path of [dataDir, unfinishedDir]) await access(path, constants.W_OK | constants.X_OK);
    await letEnter(dataDir, filePermissions);
    return null;
  } catch (error) {
    return writingFailure(error);
  }
}

async function letEnter(dataDir: string, filePermissions: number): Promise<void> {
  const wanted = (filePermissions & 0o070 ? 0o010 : 0) | (filePermissions & 0o007 ? 0o001 : 0);
  if (wanted === 0) return;
  const { mode } = await stat(dataDir);
  if ((mode & wanted) !== wanted) await chmod(dataDir, (mode & 0o7777) | wanted);
}
