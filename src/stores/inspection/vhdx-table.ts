import type { HeaderBytes } from './header-bytes.js';

/** How a table begins: its signature, where the number of entries (16 bits of it matter) stands, its header's length. */
type TableLayout = Readonly<{ signature: string; countOffset: number; headerBytes: number }>;

const ENTRY_BYTES = 32;
const MAX_ENTRIES = 2047;

/** @returns the first entry with this id; null when there is none, or this is no such table */
export function findEntry(table: HeaderBytes, layout: TableLayout, id: string): HeaderBytes | null {
  const count = table.u16le(layout.countOffset);
  if (!table.startsWith(layout.signature) || count > MAX_ENTRIES) return null;
  for (let index = 0; index < count; index += 1) {
    const entry = table.part(layout.headerBytes + index * ENTRY_BYTES, ENTRY_BYTES);
    if (entry.startsWith(id)) return entry;
  }
  return null;
}

/** The bytes of an id, of which the first three groups are stored as little-endian numbers. */
export function guid(text: string): string {
  const [first = '', second = '', third = '', ...rest] = text.split('-');
  const bytes = [first, second, third].map((group) => Buffer.from(group, 'hex').reverse());
  return Buffer.concat([...bytes, Buffer.from(rest.join(''), 'hex')]).toString('latin1');
}
