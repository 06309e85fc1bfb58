import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const schema = Type.Object({
  /** Digest of the URL, which may hold secrets. */
  source: Type.String(),
  /** ETag or time of change of the data; null: it cannot be told whether it is still the same. */
  validator: Type.Union([Type.String(), Type.Null()]),
  totalBytes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** So many bytes are on the disk, whatever happens to this machine. */
  safeBytes: Type.Integer({ minimum: 0 }),
  complete: Type.Boolean(),
  /** Where the server has ended the transfer too early the last time. */
  cutAtBytes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});
const validator = Compile(schema);

/** What is known about a download that has begun. */
export type DownloadRecord = Readonly<Static<typeof schema>>;

/** The record beside a file. */
export const recordOf = (file: string): string => `${file}.meta`;

/** Null when there is none that makes sense: the download begins again then. */
export async function readRecord(file: string): Promise<DownloadRecord | null> {
  try {
    const record: unknown = JSON.parse(await readFile(recordOf(file), 'utf8'));
    return validator.Check(record) ? record : null;
  } catch {
    return null;
  }
}

/** Replaces the record at once, or not at all. */
export async function writeRecord(file: string, record: DownloadRecord): Promise<void> {
  const temporary = `${recordOf(file)}.new`;
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  await rename(temporary, recordOf(file));
}

export async function removeRecord(file: string): Promise<void> {
  await rm(recordOf(file), { force: true });
}
