/** How the time passes: milliseconds since some moment, and a pause that ends early with the signal's reason. */
export type Pacing = Readonly<{ now(): number; pause(ms: number, signal?: AbortSignal): Promise<void> }>;

/** A number of bytes per second that all streams which pass share. */
export class ByteRate {
  /** When all that was let through would have been through at the allowed rate. */
  private freeAtMs = 0;

  constructor(
    private readonly bytesPerS: number,
    private readonly pacing: Pacing,
  ) {}

  async *pass(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      const now = this.pacing.now();
      const beginMs = Math.max(now, this.freeAtMs);
      this.freeAtMs = beginMs + (chunk.byteLength / this.bytesPerS) * 1000;
      if (beginMs > now) await this.pacing.pause(beginMs - now, signal);
      yield chunk;
    }
  }
}
