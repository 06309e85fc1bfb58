/** A file that is to be decompressed. */
export type CompressedFile = Readonly<{ path: string; sizeBytes: number }>;

/**
 * Decompresses a file, piece by piece and as fast as the pieces are taken. Throws DecompressionFailed where it knows
 * better than that the data is damaged, and the signal's reason; anything else means damaged data.
 */
export type Decoder = (file: CompressedFile, signal: AbortSignal) => AsyncIterable<Uint8Array>;
