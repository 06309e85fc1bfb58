import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loginVariables } from './cloud.js';
import { expectSuccess, runCommand } from './run-command.js';
import type { CommandResult } from './run-command.js';
import { Service } from './service.js';

/** Without a terminal the client asks for formats, and takes its standard input for the data of an image. */
export const RAW = ['--disk-format', 'raw', '--container-format', 'bare'];

/** Whether the client finds an input that is empty, or none at all. */
type Input = 'empty' | 'none';

/** The command `glance`, and a service with the built-in identity that it speaks to. */
export class GlanceCommand {
  private constructor(
    readonly service: Service,
    /** Of the client alone. */
    readonly folder: string,
    private readonly input: Input,
  ) {}

  static async start(
    options: Parameters<typeof Service.start>[0] = {},
    input: Input = 'empty',
  ): Promise<GlanceCommand> {
    const [folder, service] = await Promise.all([mkdtemp(join(tmpdir(), 'hindsight-client-')), Service.start(options)]);
    return new GlanceCommand(service, folder, input);
  }

  async remove(): Promise<void> {
    await this.service.remove();
    await rm(this.folder, { recursive: true });
  }

  async run(cloud: string, ...args: string[]): Promise<CommandResult> {
    const environment = { HOME: this.folder, ...(await loginVariables(this.service, cloud)) };
    return this.input === 'empty'
      ? runCommand('glance', args, environment)
      : runCommand('sh', ['-c', 'exec glance "$@" <&-', 'sh', ...args], environment);
  }

  async asAdmin(...args: string[]): Promise<string> {
    return expectSuccess(await this.run('hindsight', ...args));
  }

  async asDemo(...args: string[]): Promise<string> {
    return expectSuccess(await this.run('hindsight-demo', ...args));
  }

  /** Demands a failure, and gives what was printed. */
  async fails(cloud: string, ...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(cloud, ...args);
    expect(exitCode).not.toBe(0);
    return stdout + stderr;
  }

  /** Demands that the data of an image can be downloaded. */
  async expectDownload(cloud: string, id: string, bytes: Buffer): Promise<void> {
    const saved = join(this.folder, id);
    expectSuccess(await this.run(cloud, 'image-download', '--file', saved, id));
    expect((await readFile(saved)).equals(bytes)).toBe(true);
  }
}

/** The cells of a printed table, without its head. */
export const rowsOf = (printed: string): readonly (readonly string[])[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(1)
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()));

/** A printed table of names and values. */
export const tableOf = (printed: string): Record<string, string> =>
  Object.fromEntries(rowsOf(printed).map(([name, ...values]) => [name, values.join('|')]));

/** What was printed, without the lines and spaces by which the client wraps long values. */
export const unwrapped = (printed: string): string => printed.replaceAll(/[\s|]/g, '');
