import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppEvent, Backend } from '../../../src/backend.js';
import { openBackend } from '../../../src/backend.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { imageStream } from '../../../src/modules/images/commands/image-command.handler.js';
import type { ImageChange, ImageCommand } from '../../../src/modules/images/domain/image.commands.js';
import { imageDecider } from '../../../src/modules/images/domain/image.decider.js';

const quotas = { properties: -1, tags: -1, members: -1, locations: -1 };
const now = '2026-01-02T03:04:05.678Z';

/** A whole embedded backend in a folder of its own, and the images that a test needs in it. */
export class ImageHouse {
  private constructor(
    readonly dataDir: string,
    readonly backend: Backend,
    private readonly commands: CommandHandling<AppEvent>,
  ) {}

  static async open(): Promise<ImageHouse> {
    const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-cli-'));
    const { config } = loadConfig({ files: [], directories: [], environment: {}, commandLine: { dataDir } });
    const backend = await openBackend(config);
    return new ImageHouse(dataDir, backend, new CommandHandling(backend.eventStore, backend.codec, backend.clock));
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
      description: {
        owner: 'project-1',
        name,
        visibility: 'shared',
        protected: false,
        hidden: false,
        diskFormat: 'raw',
        containerFormat: 'bare',
        minDiskGb: 0,
        minRamMb: 0,
        properties: { os_distro: 'cirros' },
        tags: [],
      },
    });
    return imageId;
  }

  change(imageId: string, ...changes: readonly ImageChange[]): Promise<void> {
    return this.send({ type: 'ChangeImage', imageId, now, quotas, changes });
  }

  addMember(imageId: string, memberId: string): Promise<void> {
    return this.send({ type: 'AddMember', imageId, now, quotas, memberId });
  }

  delete(imageId: string): Promise<void> {
    return this.send({ type: 'DeleteImage', imageId, now, scrubAfter: null });
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
      virtualSizeBytes: null,
      checksum: 'd41d8cd98f00b204e9800998ecf8427e',
      hashAlgorithm: 'sha512',
      hashValue: 'cf83',
    });
    return url;
  }

  store(imageId: string, uploadId: string, bytes: string) {
    const data = (async function* () {
      yield await Promise.resolve(Buffer.from(bytes));
    })();
    return this.backend.stores.get('local')!.driver.put(imageId, uploadId, data, new AbortController().signal);
  }

  /** Bytes as a process that was killed in the middle of an upload leaves them. */
  leaveUnfinished(imageId: string, uploadId: string): void {
    writeFileSync(join(this.dataDir, 'images', '.unfinished', `${imageId}.${uploadId}`), 'half of');
  }

  private async send(command: ImageCommand): Promise<void> {
    const context = { actor: { userId: 'alice', projectId: 'project-1', roles: ['member'] }, requestId: 'req-1' };
    await this.commands.handle(imageDecider, imageStream(command.imageId), command, context);
  }
}

/** Collects what a command prints. */
export const recordLines = (): { lines: string[]; print: (line: string) => void } => {
  const lines: string[] = [];
  return { lines, print: (line) => void lines.push(line) };
};
