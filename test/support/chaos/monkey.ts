import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterProcess } from './cluster-process.js';
import type { SeededRandom } from './seeded-random.js';
import { MONKEY } from './trace.js';
import type { Trace } from './trace.js';

/** How often what is done, compared with the others. */
const DEEDS = { kill: 6, stop: 2, freeze: 3, cut: 2 } as const;
type Deed = keyof typeof DEEDS;

/** Requests that end before the next deed, and while a process is away. */
const CALM = [10, 60] as const;
const AWAY = [1, 60] as const;
/** From less to much more than a lease of these clusters: whoever is thawed may have lost what it worked on. */
const FROZEN_MS = [200, 9_000] as const;
/** Where nobody answers no request ends: processes come back all the same. */
const LONGEST_AWAY_MS = 2_000;

/** Ends and freezes processes and cuts their connections, one at a time, and lets them come back. Its decisions follow from its seed. */
export class Monkey {
  private readonly over = new AbortController();

  constructor(
    private readonly random: SeededRandom,
    private readonly victims: readonly ClusterProcess[],
    private readonly trace: Trace,
  ) {}

  /** What it does until it is told to end; every process is at work again then. */
  async run(): Promise<void> {
    while (!this.isOver()) {
      await this.trace.advanced(this.random.between(...CALM));
      const victim = this.random.pick(this.victims);
      const deed = possibleOf(this.random.pickWeighted(DEEDS), victim);
      const [away, frozenMs] = [this.random.between(...AWAY), this.random.between(...FROZEN_MS)];
      if (!this.isOver()) await this.do(deed, victim, deed === 'freeze' ? frozenMs : away);
    }
  }

  end(): void {
    this.over.abort();
  }

  private isOver(): boolean {
    return this.over.signal.aborted;
  }

  private async do(deed: Deed, victim: ClusterProcess, extent: number): Promise<void> {
    const done = this.trace.begin(MONKEY, `${deed} ${victim.name} for ${extent}`);
    if (deed === 'freeze') {
      victim.freeze?.();
      await pause(extent, undefined, { signal: this.over.signal }).catch(() => undefined);
      victim.thaw?.();
    } else if (deed === 'cut') {
      await Promise.race([victim.cut?.(), this.ended()]);
    } else {
      if (deed === 'stop') await this.stop(victim);
      else await victim.kill();
      await Promise.race([this.trace.advanced(extent), pause(LONGEST_AWAY_MS, undefined, { ref: false })]);
      await victim.start();
    }
    done('done');
  }

  private ended(): Promise<void> {
    const { signal } = this.over;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private async stop(victim: ClusterProcess): Promise<void> {
    const exitCode = await victim.stop();
    if (exitCode === 0 || exitCode === null) return;
    this.trace.violated(`${victim.name} ended with ${exitCode} when it was told to stop`, null);
  }
}

/** What cannot be frozen or cut off is killed. */
const possibleOf = (deed: Deed, victim: ClusterProcess): Deed =>
  (deed === 'freeze' || deed === 'cut') && victim[deed] === undefined ? 'kill' : deed;
