import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The two ends of what a proxy joins. */
export type Joined = Readonly<{ client: Socket; target: Socket }>;

/** Stands between clients and a server on this machine, and passes on what they say. What it does besides is up to its kind. */
export abstract class JoiningProxy {
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();

  protected constructor(targetPort: number) {
    this.server.on('connection', (client) => this.join({ client, target: connect(targetPort, '127.0.0.1') }));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  protected async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  protected fromClient(data: Buffer, { target }: Joined): void {
    target.write(data);
  }

  protected fromTarget(data: Buffer, { client }: Joined): void {
    client.write(data);
  }

  protected cut({ client, target }: Joined): void {
    client.destroy();
    target.destroy();
  }

  private join(joined: Joined): void {
    const { client, target } = joined;
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => this.cut(joined)).on('close', () => this.cut(joined));
    }
    client.on('data', (data) => this.fromClient(data, joined));
    target.on('data', (data) => this.fromTarget(data, joined));
  }
}
