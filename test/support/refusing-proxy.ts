import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Class and method of queue.declare in AMQP 0-9-1. */
const QUEUE_DECLARE = Buffer.from([0, 50, 0, 10]);
const INTERNAL_ERROR = 541;

/** Stands before a RabbitMQ, and closes connections on which a queue is declared, as newer ones do that do not permit it. */
export class RefusingProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly reason: string,
  ) {}

  static async start(targetPort: number, reason: string): Promise<RefusingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new RefusingProxy(server, reason);
    server.on('connection', (client) => proxy.join(client, connect(targetPort, '127.0.0.1')));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
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
    target.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      if (data.includes(QUEUE_DECLARE)) client.write(closing(this.reason));
      else target.write(data);
    });
  }
}

/** The frame of connection.close. */
function closing(reason: string): Buffer {
  const text = Buffer.from(reason);
  const code = Buffer.from([INTERNAL_ERROR >> 8, INTERNAL_ERROR & 255]);
  const method = Buffer.concat([Buffer.from([0, 10, 0, 50]), code, Buffer.from([text.length]), text, QUEUE_DECLARE]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(method.length);
  return Buffer.concat([Buffer.from([1, 0, 0]), size, method, Buffer.from([0xce])]);
}
