import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.js';

/** Debian's: it has the packages of OpenStack. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('listen.py', import.meta.url));

export const isOsloMessagingInstalled = (): boolean =>
  spawnSync(PYTHON, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("oslo_messaging") is None)'])
    .status === 0;

/** A listener as other programs of OpenStack have it, with oslo.messaging itself. */
export class OsloListener {
  readonly received: any[] = [];
  private errors = '';

  private constructor(private readonly child: ChildProcess) {}

  static async start(url: string, exchange = 'glance', topic = 'notifications'): Promise<OsloListener> {
    const child = spawn(PYTHON, [SCRIPT, url, exchange, topic], { stdio: ['pipe', 'pipe', 'pipe'] });
    const listener = new OsloListener(child);
    child.stderr.on('data', (chunk: Buffer) => (listener.errors += chunk.toString()));
    let isListening = false;
    createInterface(child.stdout).on('line', (line) => {
      const message: any = JSON.parse(line);
      if (message.listening === true) isListening = true;
      else listener.received.push(message);
    });
    await eventually(() => {
      if (!isListening && child.exitCode === null) throw new Error(`the listener does not listen\n${listener.errors}`);
    }, 60_000);
    if (child.exitCode !== null) throw new Error(`the listener ended with ${child.exitCode}\n${listener.errors}`);
    return listener;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
