import { createHash } from 'node:crypto';

const MAX_KEY_LENGTH = 255;

/** A property and its value as one key; the length keeps apart where the name ends and the value begins. */
export const propertyTrait = (name: string, value: string): string => key(`p${name.length}:${name}${value}`);

export const tagTrait = (tag: string): string => key(`t:${tag}`);

/** The text itself when it fits into an index of every database, else a digest of it: good for equality only. */
const key = (text: string): string =>
  text.length <= MAX_KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
