import type { HashRequest } from './hash-protocol.js';

/** One upload's hash, computed in a hash thread. */
export class HashJob {
  /** Lower-case hex; rejects with HashingFailed when the thread dies. Never settles for a dropped job. */
  readonly digest: Promise<string>;
  readonly #settle = Promise.withResolvers<string>();
  readonly #outstanding = new Set<number>();
  #failed = false;

  /** @param onHashed is called for each updated slot once the thread does not read it any more */
  constructor(
    private readonly id: number,
    private readonly send: (request: HashRequest) => void,
    private readonly onHashed: (slot: number) => void,
  ) {
    this.digest = this.#settle.promise;
    this.digest.catch(() => undefined);
  }

  update(slot: number, offset: number, lengthBytes: number): void {
    if (this.#failed) {
      this.onHashed(slot);
      return;
    }
    this.#outstanding.add(slot);
    this.send({ kind: 'update', job: this.id, slot, offset, lengthBytes });
  }

  finish(): void {
    this.send({ kind: 'finish', job: this.id });
  }

  drop(): void {
    this.send({ kind: 'drop', job: this.id });
  }

  hashed(slot: number): void {
    if (this.#outstanding.delete(slot)) this.onHashed(slot);
  }

  complete(hex: string): void {
    this.#settle.resolve(hex);
  }

  /** The thread is gone: nobody reads the slots any more. */
  fail(error: Error): void {
    this.#failed = true;
    this.#settle.reject(error);
    for (const slot of [...this.#outstanding]) this.hashed(slot);
  }
}
