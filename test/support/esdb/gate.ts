import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A stretch of network before a server, which can be cut. */
export class Gate {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;
  /** Connections that clients have made. */
  connections = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(targetPort: number, host = '127.0.0.1'): Promise<Gate> {
    const server = createServer((client) => gate.join(client, connect(targetPort, host)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gate = new Gate(server, (server.address() as AddressInfo).port);
    return gate;
  }

  /** Breaks all connections; new ones can be made. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Breaks all connections, and every new one, until it is opened again. */
  shut(): void {
    this.isOpen = false;
    this.drop();
  }

  open(): void {
    this.isOpen = true;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, server: Socket): void {
    const pair = [client, server];
    for (const socket of pair) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        for (const other of pair) other.destroy();
      });
    }
    if (!this.isOpen) return void client.destroy();
    this.connections += 1;
    client.pipe(server).pipe(client);
  }
}
