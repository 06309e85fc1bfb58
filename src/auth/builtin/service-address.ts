import { isIPv6 } from 'node:net';
import type { AppConfig } from '../../config/app-config.js';
import { CloudsFile, type CloudsEndpoint } from './clouds-file.js';
import type { Warn } from './directory-source.js';

const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Where this service answers, as far as one can know without a request. */
export class ServiceAddress {
  private port: number;

  constructor(
    private readonly api: Pick<AppConfig['api'], 'publicEndpoint' | 'bindHost' | 'bindPort'>,
    private readonly clouds: Readonly<{ region: string; cloudsFile: string }>,
    private readonly warn: Warn,
  ) {
    this.port = api.bindPort;
  }

  get identityUrl(): string {
    return `${this.endpoint.baseUrl}/identity/v3`;
  }

  /** The public endpoint, else the address that the service is bound to, as a client on this machine reaches it. */
  get endpoint(): CloudsEndpoint {
    const host = ANY_ADDRESS.get(this.api.bindHost) ?? this.api.bindHost;
    const bound = `http://${isIPv6(host) ? `[${host}]` : host}:${this.port}`;
    return { baseUrl: this.api.publicEndpoint ?? bound, region: this.clouds.region };
  }

  /** Corrects the clouds file when the system has chosen the port. */
  async listensOn(port: number): Promise<void> {
    if (port === this.port) return;
    this.port = port;
    await new CloudsFile(this.clouds.cloudsFile).pointTo(this.endpoint).catch((error: unknown) => {
      this.warn(`${this.clouds.cloudsFile} does not name the port ${port}: ${String(error)}`);
    });
  }
}
