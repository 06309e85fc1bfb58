/** What is told of the other side. */
type OutageLog = Readonly<{ away(error: unknown): void; back(): void }>;

/** Says once that the other side is away, however many attempts notice it, and once that it is back. */
export class Outage {
  private away = false;

  constructor(private readonly log: OutageLog) {}

  noticed(error: unknown): void {
    if (this.away) return;
    this.away = true;
    this.log.away(error);
  }

  over(): void {
    if (!this.away) return;
    this.away = false;
    this.log.back();
  }
}
