import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImageDigest } from '../../../events/contracts/image-events.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { storeOwning } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../../stores/image-store.js';
import type { KnownData } from '../domain/image.commands.js';
import { ImageDataMismatch, ImageLocationInvalid } from '../domain/image.errors.js';
import { isHashValue } from './hash-value.js';

/** A location as a client describes it. */
export type DescribedLocation = Readonly<{
  url: string;
  metadata: Readonly<Record<string, unknown>>;
  digest: ImageDigest | null;
}>;

/** They lead to files of this machine, or to accounts of the service. */
const FORBIDDEN_SCHEMES: ReadonlySet<string> = new Set(['file', 'filesystem', 'swift+config']);

/** Looks at the data that clients say is somewhere. */
@Injectable()
export class KnownDataFinder {
  constructor(
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'hashingAlgorithm'>,
  ) {}

  /**
   * Asks the store for the data.
   * @throws ImageLocationInvalid for what no store has, or clients may not name; ImageDataMismatch for what can be no hash
   */
  async find(described: DescribedLocation): Promise<KnownData> {
    const { url } = described;
    const store = FORBIDDEN_SCHEMES.has(schemeOf(url)) ? null : this.storeFor(described);
    if (store === null) throw invalid();
    const digest = this.plausible(described.digest);
    return { location: this.at(described, store.id), sizeBytes: await sizeOf(store, url), digest };
  }

  /** What an image has already, in the words of a client: nobody is asked. */
  known({ url, metadata, digest }: DescribedLocation): KnownData {
    return { location: this.at({ url, metadata }, ''), sizeBytes: 0, digest: this.plausible(digest) };
  }

  /** The store stands on its own, although clients see it, and name it, in the metadata. */
  private at({ url, metadata }: Omit<DescribedLocation, 'digest'>, store: string): KnownData['location'] {
    const { store: named, ...rest } = metadata;
    return { store, url, metadata: named === undefined ? { ...metadata } : rest };
  }

  /** A store that the client names counts if the URL belongs to it. */
  private storeFor({ url, metadata: { store: named } }: DescribedLocation): ConfiguredStore | null {
    const store = typeof named === 'string' ? this.stores.get(named) : undefined;
    return store?.driver.owns(url) === true ? store : storeOwning(this.stores, url);
  }

  private plausible(digest: ImageDigest | null): ImageDigest | null {
    if (digest === null) return null;
    const { checksum, hashAlgorithm, hashValue } = digest;
    if (hashAlgorithm !== this.config.hashingAlgorithm)
      throw new ImageDataMismatch(`The hash algorithm has to be ${this.config.hashingAlgorithm}.`);
    mustBeHash(hashAlgorithm, hashValue);
    if (checksum !== null) mustBeHash('md5', checksum);
    return { checksum: checksum?.toLowerCase() ?? null, hashAlgorithm, hashValue: hashValue.toLowerCase() };
  }
}

function mustBeHash(algorithm: string, value: string): void {
  if (!isHashValue(algorithm, value)) throw new ImageDataMismatch(`No ${algorithm} hash looks like that.`);
}

const schemeOf = (url: string): string => /^[^:]*/.exec(url)?.[0].toLowerCase() ?? '';

async function sizeOf({ driver }: ConfiguredStore, url: string): Promise<number> {
  try {
    const sizeBytes = await driver.sizeOf(url);
    if (sizeBytes > 0) return sizeBytes;
  } catch (error) {
    if (error instanceof DomainError) throw invalid(error);
    throw error;
  }
  throw invalid();
}

/** Says nothing about why: a client must not learn by it what answers where. */
const invalid = (cause?: unknown): ImageLocationInvalid => new ImageLocationInvalid('Invalid location', {}, { cause });
