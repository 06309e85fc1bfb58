/**
 * Frees a chunk's memory now instead of at some later garbage collection: at full speed the dead chunks of a few uploads
 * add up to 64 MiB before V8 collects them. Only for a chunk that nobody else holds; one that is a part of a larger buffer
 * is left alone.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
