import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { newClient } from '../../../postgres/postgres.server.js';
import { CHANNEL } from './postgres.schema.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Notices that other processes append: at once where the server tells it, else by looking from time to time. What it says
 * is a reason to read, and never what there is to be read.
 */
export class PostgresWakeUp {
  private readonly closing = new AbortController();
  private running: Promise<unknown> | null = null;

  /**
   * @param lastPosition looked up every `pollIntervalMs`
   * @param wake called when events of these types may have been appended; without types, of all
   */
  constructor(
    private readonly url: string,
    private readonly lastPosition: () => Promise<bigint>,
    private readonly pollIntervalMs: number,
    private readonly wake: (types?: ReadonlySet<string>) => void,
  ) {}

  /** To be called when somebody begins to wait; from the second time on it does nothing. */
  start(): void {
    this.running ??= Promise.all([this.listen(), this.poll()]);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async listen(): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      if (await this.listenOnce(signal)) failures = 0;
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), signal);
    }
  }

  /** Listens until the connection ends. @returns whether there was one */
  private async listenOnce(signal: AbortSignal): Promise<boolean> {
    const client = newClient(this.url);
    try {
      await client.connect();
      const ended = once(client, 'end', { signal }).catch(() => undefined);
      client.on('notification', ({ payload }) => this.wake(typesIn(payload)));
      await client.query(`LISTEN ${CHANNEL}`);
      this.wake(); // to what nobody was told of before
      await ended;
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async poll(): Promise<void> {
    const { signal } = this.closing;
    let known: bigint | null = null;
    for (;;) {
      await pause(this.pollIntervalMs, signal);
      if (signal.aborted) return;
      // Whoever is woken by a failure meets it again on reading, where it can be handled.
      const last = await this.lastPosition().catch(() => null);
      if (last !== known) this.wake();
      known = last;
    }
  }
}

const typesIn = (payload: string | undefined): ReadonlySet<string> | undefined =>
  payload === undefined || payload === '' ? undefined : new Set(payload.split(','));

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);
