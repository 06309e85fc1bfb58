import type { HeaderBytes } from './header-bytes.js';

/** What an inspector waits for: a part of the data, or its end with the last bytes before it. */
type Wanted = Readonly<{ kind: 'region'; offset: number; lengthBytes: number } | { kind: 'end'; lengthBytes: number }>;

/** A piece of an inspector's work, which is interrupted whenever bytes are needed that have not come yet. */
export type Inspecting<Result> = Generator<Wanted, Result, HeaderBytes>;

/** Longest part that is kept for an inspector; longer ones are cut. */
export const MAX_REGION_BYTES = 1024 * 1024;

/** How many bytes before the end can be asked for. */
export const MAX_END_BYTES = 1536;

/**
 * Waits for a part of the data. Nothing can be read twice: what begins before the end of the part read last comes empty.
 * Data that ends earlier gives fewer bytes.
 */
export function* read(offset: number, lengthBytes: number): Inspecting<HeaderBytes> {
  return yield { kind: 'region', offset, lengthBytes: Math.min(lengthBytes, MAX_REGION_BYTES) };
}

/** Waits for the end of the data, and gives the last bytes; their `endOffset` is the size of the data. */
export function* readEnd(lengthBytes: number): Inspecting<HeaderBytes> {
  return yield { kind: 'end', lengthBytes: Math.min(lengthBytes, MAX_END_BYTES) };
}
