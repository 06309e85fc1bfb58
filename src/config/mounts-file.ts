import { readFileSync } from 'node:fs';
import type { StoreMount } from './app-config.js';

/** The file of mounts cannot be used; the message says why. */
export class MountsFileInvalid extends Error {}

/**
 * Reads what `filesystem_store_metadata_file` names: one object with `id` and `mountpoint`, or a list of them.
 * @throws MountsFileInvalid
 */
export function readMountsFile(path: string): readonly StoreMount[] {
  const content = parse(textOf(path));
  const mounts: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (!mounts.every(isMount))
    throw new MountsFileInvalid('must hold an object with the texts id and mountpoint, or a list of such objects');
  if (!mounts.every(isTree)) throw new MountsFileInvalid('must hold nothing but objects, lists and texts');
  return mounts;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MountsFileInvalid('cannot be read', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MountsFileInvalid('holds no JSON', { cause });
  }
}

function isMount(value: unknown): value is StoreMount {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('mountpoint' in value)) return false;
  return typeof value.id === 'string' && typeof value.mountpoint === 'string' && value.mountpoint !== '';
}

/** The form that metadata of locations may have. */
function isTree(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isTree);
}
