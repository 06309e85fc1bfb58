import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Stands between a client and a server, and loses answers on demand. */
export class CuttingProxy {
  /** How many answers were lost. */
  cuts = 0;
  private cutsNext = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<CuttingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new CuttingProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.join(client, connect(targetPort, '127.0.0.1')));
    return proxy;
  }

  /** The server's next answer does not arrive: instead, its connection breaks. */
  cutNextAnswer(): void {
    this.cutsNext = true;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, target: Socket): void {
    const cut = (): void => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    client.on('data', (data) => target.write(data));
    target.on('data', (data) => {
      if (!this.cutsNext) {
        client.write(data);
        return;
      }
      this.cutsNext = false;
      this.cuts += 1;
      cut();
    });
  }
}
