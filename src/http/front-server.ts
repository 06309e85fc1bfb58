import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AppConfig } from '../config/app-config.js';
import { fastifyOptions } from './fastify-options.js';
import type { ApplicationServer } from './application-server.js';
import { listenOn } from './listen-on.js';
import { localUrl } from './local-url.js';

/**
 * Listens, and hands each request to the application that answers requests now. Connections outlive a change of the
 * application: only the next request on them goes elsewhere, so that none is lost.
 */
export class FrontServer {
  private stopping = false;

  private constructor(
    private readonly server: Server,
    private target: ApplicationServer,
    private readonly host: string,
  ) {
    server.on('request', (request, response) => this.target.take('request', request, this.lastOnStop(response)));
    server.on('checkContinue', (request, response) =>
      this.target.take('checkContinue', request, this.lastOnStop(response)),
    );
    server.on('clientError', (error, socket) => this.target.refuse(error, socket));
  }

  /**
   * @param sharedPort listened on together with other processes, among which the system spreads the connections, if the
   *   configuration leaves the port open; null: there are no others
   * @throws ConfigError when the address cannot be had
   */
  static async listen(
    target: ApplicationServer,
    config: AppConfig,
    sharedPort: number | null = null,
  ): Promise<FrontServer> {
    const { bindHost, bindPort, tcpKeepIdleS, httpKeepalive } = config.api;
    const { http, keepAliveTimeout } = fastifyOptions(config);
    const server = createServer({
      ...http,
      keepAliveTimeout,
      keepAlive: true,
      keepAliveInitialDelay: tcpKeepIdleS * 1000,
    });
    server.maxRequestsPerSocket = httpKeepalive ? 0 : 1;
    const front = new FrontServer(server, target, bindHost);
    front.limitIdleTime(config);
    const port = bindPort === 0 ? (sharedPort ?? 0) : bindPort;
    await listenOn(server, { ...config.api, bindPort: port }, { reusePort: sharedPort !== null });
    return front;
  }

  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Base URL under which clients on this machine reach the server. */
  get url(): string {
    return localUrl(this.host, this.port);
  }

  /** Requests that come from now on are this application's. */
  switchTo(target: ApplicationServer, config: AppConfig): void {
    this.target = target;
    this.server.maxRequestsPerSocket = config.api.httpKeepalive ? 0 : 1;
    this.limitIdleTime(config);
  }

  /** Accepts no further connections, and resolves when those that there are have ended, each after its request. */
  stop(): Promise<void> {
    this.stopping = true;
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  closeAllConnections(): void {
    this.server.closeAllConnections();
  }

  private limitIdleTime({ api }: AppConfig): void {
    this.server.setTimeout(api.clientSocketTimeoutS * 1000);
  }

  private lastOnStop<Response extends { shouldKeepAlive: boolean; once(event: 'close', act: () => void): unknown }>(
    response: Response,
  ): Response {
    if (this.stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (this.stopping) setImmediate(() => this.server.closeIdleConnections());
    });
    return response;
  }
}
