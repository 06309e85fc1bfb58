import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DomainError } from '../kernel/domain-error.js';
import type { Json } from '../kernel/json.js';
import type { LoadMode, NamespaceLoader } from '../modules/metadefs/commands/namespace-loader.js';
import { namespaceFile, parseNamespaceFile } from '../modules/metadefs/domain/namespace-file.js';
import type { MetadefReadModel } from '../projections/metadefs/metadef.read-model.js';
import type { Print } from './print.js';
import { isSystemError } from './system-error.js';

/** Larger files hold no definitions that anybody could look through. */
const MAX_FILE_BYTES = 16 * 1024 ** 2;

/**
 * Loads a definition file, or all of a folder. A file that cannot be used is named and left out.
 * @returns whether all could be used
 */
export async function loadNamespaces(
  loader: Pick<NamespaceLoader, 'load'>,
  source: string,
  mode: LoadMode,
  print: Print,
): Promise<boolean> {
  const files = await definitionFiles(source);
  if (files.length === 0) {
    console.error(`${source}: there are no definition files (*.json)`);
    return false;
  }
  let failures = 0;
  for (const file of files) {
    try {
      const definition = parseNamespaceFile(await readJson(file));
      print(`${definition.header.name}: ${await loader.load(definition, mode)} (${basename(file)})`);
    } catch (error) {
      if (!isFault(error)) throw error;
      failures += 1;
      console.error(`${file}: ${error.message}`);
    }
  }
  return failures === 0;
}

/** Writes one file for each namespace into a folder, which is made when there is none. */
export async function exportNamespaces(
  readModel: Pick<MetadefReadModel, 'list' | 'find'>,
  folder: string,
  print: Print,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const taken = new Set<string>();
  for (const { name } of await readModel.list(EVERYTHING)) {
    const namespace = await readModel.find(name);
    if (namespace === null) continue;
    const file = join(folder, fileName(namespace.displayName, name, taken));
    await writeFile(file, `${JSON.stringify(namespaceFile(namespace), null, 2)}\n`);
    print(`${name}: ${file}`);
  }
}

const EVERYTHING = {
  viewer: { projectId: null, isAdmin: true },
  visibility: null,
  resourceTypes: null,
  sort: { key: 'namespace', direction: 'asc' },
  after: null,
  limit: Number.MAX_SAFE_INTEGER,
} as const;

/** After what people call the namespace; where that leaves nothing, or was used already, after its name. */
function fileName(displayName: string | null, name: string, taken: Set<string>): string {
  const candidates = [letters(displayName ?? ''), letters(name), encodeURIComponent(name)];
  const free = candidates.find((candidate) => candidate !== '' && !taken.has(candidate.toLowerCase()));
  const chosen = free ?? `namespace${taken.size}`;
  taken.add(chosen.toLowerCase());
  return `${chosen}.json`;
}

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

async function definitionFiles(source: string): Promise<readonly string[]> {
  if ((await stat(source)).isFile()) return [source];
  const entries = await readdir(source, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json'))
    .map(({ name }) => join(source, name))
    .toSorted();
}

class UnreadableFile extends Error {}

async function readJson(file: string): Promise<Json> {
  const { size } = await stat(file);
  if (size > MAX_FILE_BYTES) throw new UnreadableFile(`the file is longer than ${MAX_FILE_BYTES} bytes`);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new UnreadableFile(`the file is no JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}`);
  }
}

/** Faults of one file, which say nothing about the next one. */
const isFault = (error: unknown): error is Readonly<{ message: string }> =>
  error instanceof UnreadableFile ||
  isSystemError(error) ||
  (error instanceof DomainError && error.code.startsWith('metadef.'));
