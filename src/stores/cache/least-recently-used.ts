type Used = Readonly<{ imageId: string; sizeBytes: number; lastAccessedMs: number }>;

/**
 * What to remove so that the rest takes no more than `maxBytes`: the least recently read first, and no more than needed.
 * Of two that were read at the same time the one with the lesser id goes first, so that all processes agree.
 */
export function leastRecentlyUsed<Entry extends Used>(entries: readonly Entry[], maxBytes: number): readonly Entry[] {
  let excessBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - maxBytes;
  const removed: Entry[] = [];
  for (const entry of entries.toSorted(byLastAccess)) {
    if (excessBytes <= 0) break;
    removed.push(entry);
    excessBytes -= entry.sizeBytes;
  }
  return removed;
}

const byLastAccess = (one: Used, other: Used): number =>
  one.lastAccessedMs - other.lastAccessedMs || (one.imageId < other.imageId ? -1 : 1);
