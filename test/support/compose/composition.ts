import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageWords } from '../image-file.js';
import { readComposeFile } from './compose-file.js';
import type { ComposeFile, ComposeService } from './compose-file.js';
import { ContainerFiles, volumeFolder } from './container-files.js';
import { ContainerNetwork } from './container-network.js';
import { Container, startProcess } from './container.js';
import type { RunningService } from './container.js';
import type { RabbitServer } from '../rabbitmq.js';
import { playKurrentDb, playPostgres, playRabbit } from './played-images.js';
import type { ImageStart } from './played-images.js';

/** Where the name server of containers is, as they see it. */
const NAME_SERVER = '127.0.0.11:53';

/**
 * The services of a compose file as processes of this machine: the same commands, environments, files, health checks and order;
 * every container has a loopback address of its own.
 */
export class Composition {
  readonly containers: Container[] = [];
  private started = 0;
  private messageBus: RabbitServer | null = null;

  private constructor(
    private readonly file: ComposeFile,
    private readonly root: string,
    private readonly network: ContainerNetwork,
    private readonly addresses: ReadonlyMap<string, string>,
  ) {}

  /** Resolves when all services are well. */
  static async up(path: string): Promise<Composition> {
    const root = await mkdtemp(join(tmpdir(), 'hindsight-composition-'));
    await chmod(root, 0o755); // services that run as somebody else read there
    const network = await ContainerNetwork.open();
    const entrance = network.newAddress();
    const file = readComposeFile(path, { HINDSIGHT_PUBLIC_ENDPOINT: `http://${entrance}:9292` });
    const addresses = new Map(Object.keys(file.services).map((name) => [name, network.newAddress()]));
    addresses.set('load-balancer', entrance);
    const composition = new Composition(file, root, network, addresses);
    try {
      await composition.startAll();
      return composition;
    } catch (error) {
      await composition.down();
      throw error;
    }
  }

  /** What clients use. */
  get url(): string {
    return `http://${this.addresses.get('load-balancer') ?? ''}:9292`;
  }

  /** Where a volume is. */
  volume(name: string): string {
    return volumeFolder(this.root, name);
  }

  get rabbit(): RabbitServer {
    if (this.messageBus === null) throw new Error('RabbitMQ has not been started');
    return this.messageBus;
  }

  of(service: string): readonly Container[] {
    return this.containers.filter((container) => container.service === service);
  }

  /** Starts or stops as many as need be, as `docker compose up --scale` does. */
  async scale(service: string, count: number): Promise<void> {
    const present = this.of(service);
    await Promise.all(present.slice(count).map((container) => this.stop(container)));
    const missing = Math.max(count - present.length, 0);
    const added = await Promise.all(Array.from({ length: missing }, () => this.start(service)));
    await Promise.all(added.map((container) => container.healthy()));
  }

  async stop(container: Container, signal?: NodeJS.Signals): Promise<void> {
    this.network.leave(container.service, container.address);
    this.containers.splice(this.containers.indexOf(container), 1);
    await container.stop(signal);
  }

  async down(): Promise<void> {
    await Promise.all(this.containers.splice(0).map((container) => container.stop('SIGKILL')));
    this.network.close();
    await rm(this.root, { recursive: true, force: true });
  }

  private async startAll(): Promise<void> {
    const waiting = new Set(Object.keys(this.file.services));
    while (waiting.size > 0) {
      const ready = [...waiting].filter((name) => this.needs(name).every((other) => !waiting.has(other)));
      if (ready.length === 0) throw new Error(`${[...waiting].join(', ')} wait for each other`);
      await Promise.all(ready.map((name) => this.scale(name, this.service(name).deploy?.replicas ?? 1)));
      for (const name of ready) waiting.delete(name);
    }
  }

  private service(name: string): ComposeService {
    const service = this.file.services[name];
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  }

  private needs(name: string): readonly string[] {
    return Object.keys(this.service(name).depends_on ?? {});
  }

  private async start(name: string): Promise<Container> {
    const definition = this.service(name);
    this.started += 1;
    const isSingle = definition.deploy === undefined;
    const address = isSingle ? (this.addresses.get(name) ?? '') : this.network.newAddress();
    const folder = join(this.root, 'containers', `${name}-${this.started}`);
    await this.makeVolumes(definition);
    const files = await ContainerFiles.mount(this.root, folder, definition, this.file);
    const translate = (text: string): string => this.translated(files.translate(text), address);
    const running = await this.play(definition, {
      address,
      translate,
      words: await this.words(definition, files, translate),
      environment: translatedValues(definition.environment, translate),
    });
    const container = new Container(name, address, running, this.checkable(definition), translate);
    if (definition.restart === 'no') return container;
    this.containers.push(container);
    this.network.join(name, address);
    return container;
  }

  private async makeVolumes({ volumes = [] }: ComposeService): Promise<void> {
    for (const volume of volumes) await mkdir(this.volume(volume.split(':')[0] ?? ''), { recursive: true });
  }

  /** The command line, with its configuration files as they have to be here. */
  private async words(
    { image, entrypoint, command = [] }: ComposeService,
    files: ContainerFiles,
    translate: (text: string) => string,
  ): Promise<readonly string[]> {
    const own = image === 'hindsight' ? imageWords('ENTRYPOINT') : [];
    const words = [...(entrypoint ?? own), ...command].map((word) => translate(word));
    for (const [index, word] of words.entries()) {
      if (word !== '--config-file' && word !== '-f') continue;
      words[index + 1] = await files.rewritten(words[index + 1] ?? '', translate);
    }
    return words;
  }

  /** Names of services with one container become addresses; those of others are asked of the name server. */
  private translated(text: string, ownAddress: string): string {
    const single = Object.entries(this.file.services).filter(([, { deploy }]) => deploy === undefined);
    return single.reduce(
      (result, [name]) =>
        result.replaceAll(new RegExp(`(?<=[/@])${name}(?=:\\d)`, 'g'), this.addresses.get(name) ?? ''),
      text
        .replaceAll(NAME_SERVER, this.network.nameServer.replace('127.0.0.1', 'NAME-SERVER'))
        .replaceAll(/(?<![\d.])(?:0\.0\.0\.0|127\.0\.0\.1)(?![\d.])/g, ownAddress)
        .replaceAll('NAME-SERVER', '127.0.0.1'),
    );
  }

  private async play({ image = '', restart }: ComposeService, start: ImageStart): Promise<RunningService> {
    if (image.startsWith('postgres:')) return playPostgres(start);
    if (image.includes('/kurrentdb:')) return playKurrentDb(start);
    if (image.startsWith('rabbitmq:')) {
      const server = await playRabbit(start);
      this.messageBus = server;
      return { log: '', stop: () => server.remove() };
    }
    const process = startProcess(start);
    if (restart === 'no' && (await process.exit) !== 0) throw new Error(`${start.words.join(' ')}\n${process.log}`);
    return process;
  }

  /** What plays KurrentDB answers nothing but gRPC; the tools of RabbitMQ look for the one server of a machine. */
  private checkable(definition: ComposeService): ComposeService {
    if (!/kurrentdb:|^rabbitmq:/.test(definition.image ?? '')) return definition;
    return { ...definition, healthcheck: { disable: true } };
  }
}

const translatedValues = (
  values: Readonly<Record<string, string>> = {},
  translate: (text: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, translate(value)]));
