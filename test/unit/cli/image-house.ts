import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../../../src/backend/backend.js';
import { openBackend } from '../../../src/backend/backend.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { imageEvents } from '../../../src/events/contracts/image-events.js';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { taskEvents } from '../../../src/events/contracts/task-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { imageStream } from '../../../src/modules/images/commands/image-command.handler.js';
import type { ImageChange, ImageCommand } from '../../../src/modules/images/domain/image.commands.js';
import { imageDecider } from '../../../src/modules/images/domain/image.decider.js';
import { taskStream } from '../../../src/modules/tasks/commands/task-command.handler.js';
import type { TaskCommand } from '../../../src/modules/tasks/domain/task.commands.js';
import { taskDecider } from '../../../src/modules/tasks/domain/task.decider.js';
import { addedLocation } from '../../support/added-location.js';
import { imageDescription } from '../../support/image-description.builder.js';

const quotas = { properties: -1, tags: -1, members: -1, locations: -1 };
const hashes = {
  virtualSizeBytes: null,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  hashAlgorithm: 'sha512',
  hashValue: 'cf83',
};
const context = { actor: { userId: 'alice', projectId: 'project-1', roles: ['member'] }, requestId: 'req-1' };
const setProperty = (name: string, value: string) => ({ kind: 'set_property', name, value, when: 'any' }) as const;
const now = '2026-01-02T03:04:05.678Z';

/** A whole embedded backend in a folder of its own, and the images that a test needs in it. */
export class ImageHouse {
  private constructor(
    readonly dataDir: string,
    readonly backend: Backend,
    private readonly commands: CommandHandling<ImageEvent>,
  ) {}

  static async open(
    environmentOf: (dataDir: string) => Readonly<Record<string, string>> = () => ({}),
  ): Promise<ImageHouse> {
    const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-cli-'));
    const environment = environmentOf(dataDir);
    const { config } = loadConfig({ files: [], directories: [], environment, commandLine: { dataDir } });
    const backend = await openBackend(config);
    const commands = new CommandHandling(backend.eventStore, EventCodec.of([imageEvents]), backend.clock);
    return new ImageHouse(dataDir, backend, commands);
  }

  async close(): Promise<void> {
    await this.backend.close();
    rmSync(this.dataDir, { recursive: true });
  }

  async createImage(name: string | null = 'cirros'): Promise<string> {
    const imageId = randomUUID();
    await this.send({
      type: 'CreateImage',
      imageId,
      now,
      quotas,
      description: imageDescription({ owner: 'project-1', name, properties: { os_distro: 'cirros' } }),
    });
    return imageId;
  }

  change(imageId: string, ...changes: readonly ImageChange[]): Promise<void> {
    return this.send({ type: 'ChangeImage', imageId, now, quotas, changes });
  }

  addMember(imageId: string, memberId: string): Promise<void> {
    return this.send({ type: 'AddMember', imageId, now, quotas, memberId });
  }

  delete(imageId: string, scrubAfter: string | null = null): Promise<void> {
    return this.send({ type: 'DeleteImage', imageId, now, scrubAfter });
  }

  addLocation(imageId: string, store: string, url: string, sizeBytes: number): Promise<void> {
    const location = { store, url, metadata: {} };
    return this.send({ ...addedLocation(imageId, location, sizeBytes), now });
  }

  requestImport(imageId: string, taskId: string): Promise<void> {
    const from = { method: 'web-download', uri: 'https://example.com/', checksum: null, remoteImage: null } as const;
    const request = { ...from, stores: ['local'], allStoresMustSucceed: true };
    return this.send({ type: 'RequestImport', imageId, now, taskId, request, preempts: null });
  }

  /** A task of this type, as far as it has come. */
  async addTask(taskId: string, taskType: 'export' | 'import', end: 'open' | 'success' | 'failure'): Promise<void> {
    const tasks = new CommandHandling(this.backend.eventStore, EventCodec.of([taskEvents]), this.backend.clock);
    const request = { imageId: null, requestId: null, userId: null, owner: 'project-1', input: {} };
    const ends = {
      success: { type: 'SucceedTask', result: {}, message: '' },
      failure: { type: 'FailTask', message: 'no' },
    } as const;
    const commands: TaskCommand[] = [{ type: 'CreateTask', taskId, now, taskType, ...request }];
    commands.push({ type: 'StartTask', taskId, now });
    if (end !== 'open') commands.push({ ...ends[end], taskId, now, expiresAt: now });
    for (const command of commands) await tasks.handle(taskDecider, taskStream(taskId), command, context);
  }

  startUpload(imageId: string, uploadId: string): Promise<void> {
    return this.send({ type: 'StartUpload', imageId, now, uploadId, store: 'local' });
  }

  failUpload(imageId: string, uploadId: string, reason: string): Promise<void> {
    return this.send({ type: 'FailUpload', imageId, now, uploadId, reason, leaves: 'queued' });
  }

  /** @returns the URL of the stored bytes */
  async upload(imageId: string, bytes: string): Promise<string> {
    const uploadId = randomUUID();
    await this.startUpload(imageId, uploadId);
    const { url, sizeBytes, metadata } = await this.store(imageId, uploadId, bytes);
    await this.send({
      type: 'StoreUploadedData',
      imageId,
      now,
      uploadId,
      location: { store: 'local', url, metadata },
      sizeBytes,
      ...hashes,
    });
    return url;
  }

  /** Brings data into a store by an import, which then fails in another store. */
  async import(imageId: string, taskId: string, bytes: string): Promise<void> {
    const common = { imageId, now, taskId } as const;
    const stores = ['local', 'remote'];
    const from = { method: 'web-download', uri: 'https://example.com/', checksum: null, remoteImage: null } as const;
    const request = { ...from, stores, allStoresMustSucceed: false };
    await this.send({ type: 'RequestImport', ...common, request, preempts: null });
    await this.send({ type: 'StartImport', ...common, stores });
    await this.send({ type: 'DescribeImport', ...common, changes: [setProperty('os_type', 'linux')] });
    const { url, sizeBytes, metadata } = await this.store(imageId, taskId, bytes);
    const location = { store: 'local', url, metadata };
    await this.send({ type: 'ImportToStore', ...common, activates: true, location, sizeBytes, ...hashes });
    await this.send({ type: 'FailImportToStore', ...common, store: 'remote', reason: 'the store is full' });
    await this.send({ type: 'CompleteImport', ...common });
  }

  store(imageId: string, uploadId: string, bytes: string, store = 'local') {
    const data = (async function* () {
      yield await Promise.resolve(Buffer.from(bytes));
    })();
    return this.backend.stores.get(store)!.driver.put(imageId, uploadId, data, new AbortController().signal);
  }

  /** Bytes as a process that was killed in the middle of an upload leaves them. */
  leaveUnfinished(imageId: string, uploadId: string): void {
    writeFileSync(join(this.dataDir, 'images', '.unfinished', `${imageId}.${uploadId}`), 'half of');
  }

  private async send(command: ImageCommand): Promise<void> {
    await this.commands.handle(imageDecider, imageStream(command.imageId), command, context);
  }
}

/** Collects what a command prints. */
export const recordLines = (): { lines: string[]; print: (line: string) => void } => {
  const lines: string[] = [];
  return { lines, print: (line) => void lines.push(line) };
};
