/** The most recently used values, at most `capacity`, each until its time is over. */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, Readonly<{ value: Value; expiresAtMs: number }>>();

  constructor(private readonly capacity: number) {}

  get(key: string, nowMs: number): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.expiresAtMs <= nowMs) return undefined;
    this.entries.set(key, entry); // a Map keeps insertion order: the least recently used is first
    return entry.value;
  }

  set(key: string, value: Value, expiresAtMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAtMs });
    if (this.entries.size <= this.capacity) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  get size(): number {
    return this.entries.size;
  }
}
