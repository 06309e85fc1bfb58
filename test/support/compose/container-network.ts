import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';

/** As a server says that there is no such name. */
const NO_SUCH_NAME = 3;

/**
 * Addresses for the containers of a composition, all on the loopback interface of this machine, so that each may listen on the
 * ports that it has there; and a name server that knows which services have which.
 */
export class ContainerNetwork {
  private readonly services = new Map<string, readonly string[]>();
  /** Compositions of several tests get out of each other's way. */
  private readonly prefix = `127.${randomInt(64, 128)}.${randomInt(0, 256)}`;
  private last = 1;

  private constructor(private readonly socket: Socket) {}

  static async open(): Promise<ContainerNetwork> {
    const socket = createSocket('udp4');
    const network = new ContainerNetwork(socket);
    socket.on('message', (query, { port, address }) => socket.send(network.answer(query), port, address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return network;
  }

  /** Where names are asked for. */
  get nameServer(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** An address that nobody has. */
  newAddress(): string {
    this.last += 1;
    return `${this.prefix}.${this.last}`;
  }

  join(service: string, address: string): void {
    this.services.set(service, [...this.addressesOf(service), address]);
  }

  leave(service: string, address: string): void {
    this.services.set(
      service,
      this.addressesOf(service).filter((each) => each !== address),
    );
  }

  addressesOf(service: string): readonly string[] {
    return this.services.get(service) ?? [];
  }

  close(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer {
    const { id, questions = [] } = decode(query);
    const [question] = questions;
    const addresses = question === undefined ? [] : this.addressesOf(question.name);
    const isKnown = addresses.length > 0;
    return encode({
      type: 'response',
      flags: AUTHORITATIVE_ANSWER | (isKnown ? 0 : NO_SUCH_NAME),
      ...(id !== undefined && { id }),
      questions,
      answers:
        question?.type === 'A'
          ? addresses.map((data) => ({ type: 'A', name: question.name, ttl: 1, data }) as const)
          : [],
    });
  }
}
