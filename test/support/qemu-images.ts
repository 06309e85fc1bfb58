import { expectSuccess, isInstalled, runCommand } from './run-command.js';

export const hasQemuImg = isInstalled('qemu-img');

/** Runs qemu-img, which has to succeed. */
export async function qemuImg(...args: readonly string[]): Promise<string> {
  return expectSuccess(await runCommand('qemu-img', args, {}));
}
