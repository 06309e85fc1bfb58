import { JoiningProxy } from './joining-proxy.js';
import type { Joined } from './joining-proxy.js';

/** Class and method of queue.declare in AMQP 0-9-1. */
const QUEUE_DECLARE = Buffer.from([0, 50, 0, 10]);
const INTERNAL_ERROR = 541;

/** Stands before a RabbitMQ, and closes connections on which a queue is declared, as newer ones do that do not permit it. */
export class RefusingProxy extends JoiningProxy {
  private constructor(
    targetPort: number,
    private readonly reason: string,
  ) {
    super(targetPort);
  }

  static start(targetPort: number, reason: string): Promise<RefusingProxy> {
    return new RefusingProxy(targetPort, reason).listen();
  }

  protected override fromClient(data: Buffer, joined: Joined): void {
    if (data.includes(QUEUE_DECLARE)) joined.client.write(closing(this.reason));
    else super.fromClient(data, joined);
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
