import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { eventually } from './eventually.js';
import type { TestCaller } from './callers.js';

type FeedEvent = Readonly<{ id: string; data: any }>;

/** A client that reads `/v2/events` as a stream, as browsers do. */
export class EventFeed {
  private text = '';
  private ended = false;

  private constructor(
    private readonly outgoing: ClientRequest,
    incoming: IncomingMessage,
  ) {
    incoming.setEncoding('utf8');
    incoming.on('data', (piece: string) => (this.text += piece));
    incoming.on('error', () => (this.ended = true));
    incoming.on('close', () => (this.ended = true));
  }

  /** Resolves when the service has said that the stream is there: what happens from now on is in it. */
  static async open(
    baseUrl: string,
    { token }: TestCaller,
    query = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventFeed> {
    const outgoing = request(`${baseUrl}/v2/events${query}`, {
      headers: { Accept: 'text/event-stream', 'X-Auth-Token': token, ...headers },
      agent: false,
    });
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject);
      outgoing.end();
    });
    if (incoming.statusCode !== 200) throw new Error(`the stream was refused with ${incoming.statusCode ?? 0}`);
    const feed = new EventFeed(outgoing, incoming);
    await eventually(() => {
      if (!feed.text.includes('\n\n')) throw new Error('the stream has not begun');
    });
    return feed;
  }

  /** Waits for as many events as that, from the first on. */
  first(count: number): Promise<readonly FeedEvent[]> {
    return eventually(() => {
      const events = this.events();
      if (events.length < count) throw new Error(`${events.length} of ${count} events came:\n${this.text}`);
      return events.slice(0, count);
    });
  }

  /** What has come so far. */
  events(): readonly FeedEvent[] {
    return [...this.text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id, data]) => ({
      id: id!,
      data: JSON.parse(data!) as unknown,
    }));
  }

  /** Resolves when the service has ended the stream. */
  async end(): Promise<void> {
    await eventually(() => {
      if (!this.ended) throw new Error('the stream goes on');
    });
  }

  close(): void {
    this.outgoing.destroy();
  }
}
