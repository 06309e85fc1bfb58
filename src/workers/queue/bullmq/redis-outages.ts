import { JobQueueUnavailable } from '../job-queue.errors.js';
import type { JobQueueLog } from '../job-queue-log.js';

/** Says once that Redis is away, however many connections and commands notice it, and once that it is back. */
export class RedisOutages {
  private away = false;

  constructor(private readonly log: Pick<JobQueueLog, 'away' | 'back'>) {}

  /** Of the error only the text is told: the command that it carries may be the one with the password. */
  noticed(error: Error): void {
    if (this.away) return;
    this.away = true;
    this.log.away(new JobQueueUnavailable(`Redis cannot be used: ${error.message}`));
  }

  over(): void {
    if (!this.away) return;
    this.away = false;
    this.log.back();
  }
}
