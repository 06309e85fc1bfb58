import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '../../kernel/domain-error.js';
import type { TaskSecret } from '../../kernel/task-secrets.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The secret was put under another key, or was tampered with. The process that put it, or its key file, is needed. */
export class TaskSecretUnreadable extends DomainError {
  readonly code = 'projections.task_secret_unreadable';
}

/** @returns nonce, tag and encrypted text in base64; bound to the task, so that it opens for no other */
export const sealSecret = (key: Buffer, taskId: string, { uri, token }: TaskSecret): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(taskId));
  const encrypted = [cipher.update(JSON.stringify({ uri, token }), 'utf8'), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...encrypted]).toString('base64');
};

/** @throws TaskSecretUnreadable */
export const openSecret = (key: Buffer, taskId: string, sealed: string): TaskSecret => {
  const bytes = Buffer.from(sealed, 'base64');
  const [tagAt, textAt] = [NONCE_BYTES, NONCE_BYTES + TAG_BYTES];
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, tagAt), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(taskId))
      .setAuthTag(bytes.subarray(tagAt, textAt));
    const text = Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as TaskSecret;
  } catch (cause) {
    const message = `The secret of task ${taskId} cannot be read with the key of this process`;
    throw new TaskSecretUnreadable(message, { taskId }, { cause });
  }
};
