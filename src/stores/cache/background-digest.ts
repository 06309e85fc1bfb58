import type { HashJob } from '../hashing/hash-job.js';
import type { HashThread } from '../hashing/hash-thread.js';

const SLOTS = 3;
const SLOT_BYTES = 1024 * 1024;

/** Hashes chunks in another thread while the next ones are on their way. A chunk may be reused once `update` resolves. */
export class BackgroundDigest {
  private readonly memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  private readonly free = Array.from({ length: SLOTS }, (_, slot) => slot);
  private readonly job: HashJob;
  private wake: (() => void) | null = null;

  /** @throws HashingFailed */
  constructor(thread: HashThread) {
    this.job = thread.open(this.memory, (slot) => {
      this.free.push(slot);
      this.wake?.();
    });
  }

  async update(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.byteLength; offset += SLOT_BYTES) {
      const part = chunk.subarray(offset, offset + SLOT_BYTES);
      const slot = await this.takeSlot();
      new Uint8Array(this.memory, slot * SLOT_BYTES, part.byteLength).set(part);
      this.job.update(slot, slot * SLOT_BYTES, part.byteLength);
    }
  }

  /** @returns lower-case hex. @throws HashingFailed */
  hex(): Promise<string> {
    this.job.finish();
    return this.job.digest;
  }

  drop(): void {
    this.job.drop();
  }

  private async takeSlot(): Promise<number> {
    for (;;) {
      const slot = this.free.pop();
      if (slot !== undefined) return slot;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
