import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { parse, parseDocument } from 'yaml';
import { createIdentity } from '../../../src/auth/create-identity.js';
import type { Identity } from '../../../src/auth/identity.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { fastifyOptions } from '../../../src/http/fastify-options.js';
import { registerEdge } from '../../../src/http/register-edge.js';
import type { Login } from './keystone-tokens.js';

@Module({})
class IdentityServerModule {}

/** A user that operators add for their service, with a role in capitals for the member beside it. */
const ADDITIONS = {
  roles: [{ id: 'r-auditor', name: 'Auditor' }],
  users: [{ id: 'u-glance', name: 'glance', password: 'secret of the service' }],
  assignments: [
    { user: 'glance', project: 'service', role: 'service' },
    { user: 'demo', project: 'demo', role: 'Auditor' },
  ],
};

const DOMAINS = { userDomainName: 'Default', projectDomainName: 'Default' };

/** The built-in identity service behind a real port, with a clock that can be put forward. */
export class IdentityServer {
  /** `GET /identity/v3/auth/tokens` and the like, in the order in which they came. */
  readonly requests: string[] = [];
  readonly warnings: string[] = [];
  readonly clock = { now: (): Date => new Date(Date.now() + this.aheadMs) };
  private aheadMs = 0;
  private app: NestFastifyApplication | null = null;

  private constructor(readonly dataDir: string) {}

  static async start(dataDir?: string): Promise<IdentityServer> {
    const server = new IdentityServer(dataDir ?? (await mkdtemp(join(tmpdir(), 'identity-'))));
    await server.listen();
    return server;
  }

  identity!: Identity;
  url!: string;

  putClockForward(ms: number): void {
    this.aheadMs += ms;
  }

  /** The login of a cloud in the clouds file. */
  async login(cloud: 'hindsight' | 'hindsight-demo'): Promise<Login> {
    const { auth } = parse(await readFile(join(this.dataDir, 'clouds.yaml'), 'utf8')).clouds[cloud];
    return { username: auth.username, password: auth.password, projectName: auth.project_name, ...DOMAINS };
  }

  /** The login of a service user that is added to the users file as operators do it. */
  async addServiceUser(): Promise<Login> {
    await this.editUsers((document) => {
      for (const [list, entries] of Object.entries(ADDITIONS)) {
        for (const entry of entries) document.addIn([list], document.createNode(entry));
      }
    });
    return { username: 'glance', password: 'secret of the service', projectName: 'service', ...DOMAINS };
  }

  async editUsers(edit: (document: ReturnType<typeof parseDocument>) => void): Promise<void> {
    const path = join(this.dataDir, 'users.yaml');
    const document = parseDocument(await readFile(path, 'utf8'));
    edit(document);
    await writeFile(path, document.toString());
  }

  async stop(): Promise<void> {
    await this.app?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async listen(): Promise<void> {
    const { config } = loadConfig({
      files: [],
      directories: [],
      environment: { OS_HINDSIGHT__DATA_DIR: this.dataDir },
      commandLine: {},
    });
    const { authenticator, identityApi, listensOn } = await createIdentity(config, this.clock, new RulePolicy(), {
      warn: (message) => this.warnings.push(message),
    });
    const adapter = new FastifyAdapter(fastifyOptions(config));
    const root = { module: IdentityServerModule, imports: [identityApi!] };
    const testing = await Test.createTestingModule({ imports: [root] }).compile();
    this.app = testing.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
    registerEdge(adapter.getInstance(), authenticator, config);
    adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      this.requests.push(`${request.method} ${request.url}`);
      done();
    });
    await this.app.listen(0, '127.0.0.1');
    const address = this.app.getHttpServer().address();
    if (typeof address === 'object' && address !== null) await listensOn(address.port);
    this.identity = authenticator;
    this.url = `${await this.app.getUrl()}/identity/v3`;
  }
}
