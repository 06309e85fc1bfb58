import { setTimeout as sleep } from 'node:timers/promises';

/** A transaction for every event would be dear, and who begins again may repeat a little. */
const PAUSE_MS = 200;

/** Saves how far somebody has come from time to time, and always where it has stopped. */
export class LazyCheckpoint {
  private isDue = false;
  private isSaving = false;
  private saving: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();

  /** @param save saves the position of the moment */
  constructor(private readonly save: () => Promise<void>) {}

  /** The position has changed. What cannot be saved now is covered by the next time. */
  touch(): void {
    this.isDue = true;
    if (!this.isSaving) this.saving = this.saveWhileDue();
  }

  /** @throws what keeps the last position from being saved */
  async end(): Promise<void> {
    this.ending.abort();
    await this.saving;
    await this.save();
  }

  private async saveWhileDue(): Promise<void> {
    this.isSaving = true;
    while (this.isDue && !this.ending.signal.aborted) {
      this.isDue = false;
      await this.save().catch(() => (this.isDue = true));
      await sleep(PAUSE_MS, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
    }
    this.isSaving = false; // at once: whoever touches it from now on begins anew
  }
}
