import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { BrokerConfig } from '../../../config/app-config.js';
import { NotificationsUnavailable } from '../notifications.errors.js';
import { connectBroker } from './connect-broker.js';
import { gzipped, plain } from './message-body.js';
import type { MessageBody } from './message-body.js';

type Opened = Readonly<{
  connection: ChannelModel;
  channel: ConfirmChannel;
  /** Queues that are known to be there and bound, or are about to be. */
  queues: Map<string, Promise<unknown>>;
}>;

const PROPERTIES = { contentType: 'application/json', contentEncoding: 'utf-8', persistent: true, priority: 0 };

/**
 * Publishes to the first of several hosts that can be used, and to the next when that one fails. A message counts as sent
 * when RabbitMQ has confirmed that it is responsible for it.
 */
export class RabbitPublisher {
  private opening: Promise<Opened> | null = null;
  /** What the connection has failed of; null: it has not. */
  private fault: unknown = null;
  private isClosed = false;
  private host: number;

  constructor(private readonly config: BrokerConfig) {
    this.host = this.anyHost();
  }

  /** @throws NotificationsUnavailable; of the password it says nothing */
  async publish(routingKey: string, body: Buffer): Promise<void> {
    try {
      const message = this.config.compression === null ? plain(body) : await gzipped(body);
      const opened = await this.open();
      await this.queueFor(opened, routingKey);
      await confirmed(opened.channel, this.config.exchange, routingKey, message);
    } catch (failure) {
      const cause = this.fault ?? failure; // which tells only that something has ended
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new NotificationsUnavailable(`RabbitMQ cannot be used: ${reason}`, {}, { cause });
    }
  }

  /** Nothing can be published any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await this.opening?.catch(() => null);
    await opened?.connection.close().catch(() => undefined); // it may be closed already
  }

  private open(): Promise<Opened> {
    if (this.isClosed) throw new Error('it is no longer needed');
    this.opening ??= this.openOne().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  private async openOne(): Promise<Opened> {
    let failure: unknown;
    for (let tried = 0; tried < this.config.hosts.length; tried += 1) {
      const host = this.config.hosts[this.host];
      try {
        if (host !== undefined) return await this.openAt(host);
      } catch (error) {
        failure = error;
        this.host = this.config.shufflesHosts ? this.anyHost() : (this.host + 1) % this.config.hosts.length;
      }
    }
    throw failure;
  }

  private async openAt(host: BrokerConfig['hosts'][number]): Promise<Opened> {
    const connection = await connectBroker(this.config, host);
    this.fault = null;
    connection.on('error', (error: unknown) => (this.fault = error)); // said by what was under way
    connection.once('close', () => (this.opening = null));
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      channel.once('close', () => void connection.close().catch(() => undefined));
      const { exchange, durable, autoDelete } = this.config;
      await channel.assertExchange(exchange, 'topic', { durable, autoDelete });
      return { connection, channel, queues: new Map() };
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }

  /** As oslo.messaging does: the queue that listeners use is there before the first of them, so that nothing is lost. */
  private queueFor({ channel, queues }: Opened, name: string): Promise<unknown> {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const { exchange, durable, autoDelete, queueArguments } = this.config;
    const declared = channel
      .assertQueue(name, { durable, autoDelete, arguments: queueArguments })
      .then(() => channel.bindQueue(name, exchange, name));
    queues.set(name, declared);
    return declared;
  }

  private anyHost(): number {
    return Math.floor(Math.random() * this.config.hosts.length);
  }
}

const confirmed = (
  channel: ConfirmChannel,
  exchange: string,
  routingKey: string,
  message: MessageBody,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const { body, headers } = message;
    const options = { ...PROPERTIES, headers };
    channel.publish(exchange, routingKey, body, options, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the message was not accepted'));
    });
  });
