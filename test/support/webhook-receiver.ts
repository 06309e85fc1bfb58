import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver does with a request; a number is the status that it answers with, null never answers. */
type Answer = (event: any, attempt: number) => number | null;

export type ReceivedEvent = Readonly<{ id: string; event: any; text: string; headers: IncomingHttpHeaders }>;

/** A key as options have it. */
export const webhookSecret = (byte = 7): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

/** A server that is told of events. */
export class WebhookReceiver {
  /** What it has answered with 2xx, in the order of its coming. */
  readonly accepted: ReceivedEvent[] = [];
  /** All that was sent to it. */
  readonly requests: ReceivedEvent[] = [];
  /** May be changed by the test. */
  answer: Answer = () => 204;
  private readonly attempts = new Map<string, number>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => void receiver.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook?token=in-the-url`;
  }

  /** Types of the events that it has accepted, of one image if one is named; repetitions left out. */
  typesOf(imageId?: string): string[] {
    const seen = new Set<string>();
    const events = this.accepted.filter(({ id }) => !seen.has(id) && seen.add(id)).map(({ event }) => event);
    return events.filter(({ image_id }) => imageId === undefined || image_id === imageId).map(({ type }) => type);
  }

  /** Whether what came is signed with the secret, as Standard Webhooks has it. */
  static isSigned({ text, headers }: ReceivedEvent, secret: string): boolean {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
    const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    return String(headers['webhook-signature']).split(' ').includes(signature);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const received = {
      id: String(request.headers['webhook-id']),
      event: JSON.parse(text),
      text,
      headers: request.headers,
    };
    this.requests.push(received);
    const attempt = (this.attempts.get(received.id) ?? 0) + 1;
    this.attempts.set(received.id, attempt);
    const status = this.answer(received.event, attempt);
    if (status === null) return;
    if (status >= 200 && status < 300) this.accepted.push(received);
    response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end();
  }
}
