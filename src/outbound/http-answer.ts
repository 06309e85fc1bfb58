import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { bytesUpTo } from '../kernel/bounded-bytes.js';
import { connectionFault } from './connection-faults.js';
import { RemoteDataInvalid, RemoteRefused, RemoteUnavailable } from './outbound.errors.js';
import type { StallWatch } from './stall-watch.js';

const MAY_HEAL: ReadonlySet<number> = new Set([408, 425, 429]);

/** What a server answers: the head, and a body that is read once or discarded. */
export class HttpAnswer {
  private fault: unknown = null;

  constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
    private readonly watch: StallWatch,
    private readonly signal: AbortSignal,
  ) {
    // Tells more than the error of the body, which only knows that it broke off.
    request.on('error', (error) => (this.fault ??= error));
    response.on('error', () => undefined);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  /** Closes the connection. */
  discard(): void {
    this.watch.rest();
    this.request.destroy();
  }

  /**
   * @throws RemoteUnavailable, with `details.closed` when the server itself closed the connection too early
   * @throws RemoteDataInvalid, or the reason of the signal
   */
  async *body(): AsyncGenerator<Buffer> {
    try {
      this.watch.wait();
      for await (const chunk of this.response as AsyncIterable<Buffer>) {
        this.watch.rest();
        yield chunk;
        this.watch.wait();
      }
    } catch (error) {
      throw this.meaningOf(error);
    } finally {
      this.discard();
    }
    if (this.fault !== null) throw this.meaningOf(this.fault);
  }

  /**
   * The whole body, if it is short.
   * @throws as `body`, and RemoteDataInvalid when it is too long
   */
  async text(maxBytes: number): Promise<string> {
    const body = await bytesUpTo(maxBytes, this.body());
    if (body === null) throw new RemoteDataInvalid('The answer of the server is too long', { maxBytes });
    return body.toString();
  }

  /** What a status says that is not the one hoped for. Closes the connection. */
  refusal(): RemoteUnavailable | RemoteRefused {
    const { status } = this;
    this.discard();
    if (status >= 500 || MAY_HEAL.has(status))
      return new RemoteUnavailable(`The server answers with status ${status}`, { status });
    return new RemoteRefused(`The server answers with status ${status}`, { status });
  }

  private meaningOf(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    if (this.fault !== null) return connectionFault(this.fault, this.response.socket);
    const { socket } = this.response;
    if (!socket.readableEnded || socket.errored !== null) return connectionFault(error, socket);
    return new RemoteUnavailable('The server broke off the transfer', { closed: true }, { cause: error });
  }
}
