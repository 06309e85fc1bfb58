/** What is remembered about an image in the cache of one node. Times are milliseconds since 1970. */
export type LedgerEntry = Readonly<{
  imageId: string;
  sizeBytes: number;
  /** Hash that the bytes were found to have; null when nothing told which it should be. */
  digest: string | null;
  hits: number;
  lastAccessedMs: number;
  lastModifiedMs: number;
  /** Number of the entry where the ledger is shared by several nodes; null where it is not. */
  number: number | null;
}>;

/**
 * The bookkeeping of an image cache, shared by all processes that use the cache's folder. Whether an image is cached, the
 * folder says: an entry without a file means nothing.
 */
export interface CacheLedger {
  find(imageId: string): Promise<LedgerEntry | null>;
  /** Oldest first. */
  list(): Promise<readonly LedgerEntry[]>;
  /** Replaces what was known about the image; it has had no hits. */
  add(entry: Readonly<{ imageId: string; sizeBytes: number; digest: string | null; nowMs: number }>): Promise<void>;
  /** One more hit. Harmless when the image is not in the ledger any more. */
  recordHit(imageId: string, nowMs: number): Promise<void>;
  remove(imageId: string): Promise<void>;
  /** URLs of the nodes that have the image in their caches, sorted; null when only this node's is known. */
  nodesWith(imageId: string): Promise<readonly string[] | null>;
  close(): Promise<void>;
}
