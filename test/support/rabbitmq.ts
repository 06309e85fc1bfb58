import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { connect } from 'amqplib';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { eventually } from './eventually.js';
import { isInstalled } from './run-command.js';
import { freePort } from './service.js';

/** Not the one on the path: that one wants to be another user. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const isRabbitInstalled = (): boolean => existsSync(SERVER) && isInstalled('epmd');

/** A start takes a while where many start at the same time. */
const START_MS = 120_000;

type RabbitOptions = Readonly<{
  /** Where it listens; default: any port of the loopback interface. */
  address?: Readonly<{ host: string; port: number }>;
  /** The user that it makes. */
  user?: Readonly<{ username: string; password: string }>;
  /** Files in PEM: then there is a port with TLS, too. */
  tls?: Readonly<{ certFile: string; keyFile: string }>;
}>;

/** A RabbitMQ of a test, on loopback ports that stay the same over restarts. It keeps what is durable. */
export class RabbitServer {
  private child: ChildProcess | null = null;
  private portMapper: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    readonly username: string,
    readonly password: string,
    private readonly host: string,
    readonly port: number,
    readonly tlsPort: number,
    private readonly internalPorts: readonly [mapper: number, distribution: number],
  ) {}

  static async start({ tls, address, user }: RabbitOptions = {}): Promise<RabbitServer> {
    const { username, password } = user ?? { username: 'hindsight', password: 'right:one@home' };
    const folder = await mkdtemp(join(tmpdir(), 'hindsight-rabbit-'));
    const [port, tlsPort, mapper, distribution] = [
      address?.port ?? (await freePort()),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const host = address?.host ?? '127.0.0.1';
    const server = new RabbitServer(folder, username, password, host, port, tlsPort, [mapper, distribution]);
    const settings = [
      `listeners.tcp.1 = ${host}:${port}`,
      `default_user = ${username}`,
      `default_pass = ${password}`,
      'disk_free_limit.absolute = 1MB',
      'log.console = false',
      ...(tls === undefined
        ? []
        : [
            `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
            `ssl_options.certfile = ${tls.certFile}`,
            `ssl_options.keyfile = ${tls.keyFile}`,
          ]),
    ];
    await writeFile(join(folder, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
    await writeFile(join(folder, 'enabled_plugins'), '[].\n');
    await mkdir(join(folder, 'log'));
    try {
      await server.restart();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  /** As `transport_url` has it. */
  get url(): string {
    return `rabbit://${this.username}:${encodeURIComponent(this.password)}@${this.host}:${this.port}/`;
  }

  /** Starts a stopped server again. */
  async restart(): Promise<void> {
    await this.stop();
    const [mapper] = this.internalPorts;
    // One of our own, else the first node would start one that outlives it.
    this.portMapper ??= spawn('epmd', ['-port', String(mapper), '-address', '127.0.0.1'], { stdio: 'ignore' });
    const child = spawn(SERVER, [], { cwd: this.folder, env: this.environment(), stdio: 'ignore', detached: true });
    this.child = child;
    await eventually(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await (await this.connect()).close();
    }, START_MS);
    if (child.exitCode !== null) throw new Error(`rabbitmq-server ended with ${child.exitCode}\n${await this.log()}`);
  }

  /** Kills the server, as a machine does that loses its power. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    await killed(child, -(child.pid ?? 0)); // the script, and the machine that it has started
  }

  /** Stops all that was started, and removes its files. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.portMapper !== null) await killed(this.portMapper, this.portMapper.pid ?? 0);
    this.portMapper = null;
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A connection of a test. */
  async connect(): Promise<ChannelModel> {
    const { username, password, host: hostname, port } = this;
    const connection = await connect({ hostname, port, username, password });
    connection.on('error', () => undefined);
    return connection;
  }

  private async log(): Promise<string> {
    return readFile(join(this.folder, 'log', 'node.log'), 'utf8').catch(() => '');
  }

  private environment(): Readonly<Record<string, string>> {
    const [mapper, distribution] = this.internalPorts.map(String);
    return {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      HOME: this.folder, // where the cookie is
      ERL_EPMD_PORT: mapper ?? '',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `test${this.port}@localhost`,
      RABBITMQ_DIST_PORT: distribution ?? '',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2',
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(this.folder, 'data'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_LOGS: join(this.folder, 'log', 'node.log'),
      RABBITMQ_PID_FILE: join(this.folder, 'pid'),
      RABBITMQ_FEATURE_FLAGS_FILE: join(this.folder, 'feature_flags'),
    };
  }
}

/** What a listener got, its body read from JSON. */
export type ReceivedMessage = Readonly<{ key: string; body: any; properties: ConsumeMessage['properties'] }>;

/** Takes messages off queues that oslo.messaging's listeners use, in the order in which they come. */
export class RabbitListener {
  readonly received: ReceivedMessage[] = [];

  private constructor(private readonly connection: ChannelModel) {}

  static async start(
    server: RabbitServer,
    queues = ['notifications.info', 'notifications.error'],
    { exchange = 'glance', durable = false, quorum = false } = {},
  ): Promise<RabbitListener> {
    const connection = await server.connect();
    const listener = new RabbitListener(connection);
    const channel = await connection.createChannel();
    const lasting = { durable: durable || quorum };
    await channel.assertExchange(exchange, 'topic', lasting);
    for (const queue of queues) {
      await channel.assertQueue(queue, { ...lasting, ...(quorum && { arguments: { 'x-queue-type': 'quorum' } }) });
      await channel.bindQueue(queue, exchange, queue);
      await channel.consume(queue, (message) => {
        if (message === null) return;
        const isCompressed = message.properties.headers?.['compression'] === 'application/x-gzip';
        const content = isCompressed ? inflateSync(message.content) : message.content;
        const body: unknown = JSON.parse(content.toString());
        listener.received.push({ key: message.fields.routingKey, body, properties: message.properties });
        channel.ack(message);
      });
    }
    return listener;
  }

  /** The messages within their envelopes. */
  get messages(): any[] {
    return this.received.map(({ body }) => JSON.parse(body['oslo.message']) as unknown);
  }

  async stop(): Promise<void> {
    await this.connection.close().catch(() => undefined);
  }
}

function killed(child: ChildProcess, pid: number): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || pid === 0) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    process.kill(pid, 'SIGKILL');
  });
}
