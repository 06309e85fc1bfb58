import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { createRandomFile } from '../measuring/random-file.mjs';
import { runProcess } from '../measuring/run-process.mjs';
import { Children } from './children.mjs';
import { Hindsight } from './hindsight.mjs';
import { connectToPeer } from './peer.mjs';

/** Starts what is measured, in a folder of its own on the disk that is measured. `close` removes all of it. */
export async function openBench(settings) {
  const peer = settings.peer === null ? null : await connectToPeer(settings.peer);
  const folder = newFolder(settings.dataDir);
  const children = new Children();
  const { program } = settings;
  const hindsight = await Hindsight.create({ children, program, folder: join(folder, 'hindsight') });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stopWatching = cleanUpOnSignal(() => (children.kill(), remove()));
  try {
    await hindsight.start();
  } catch (error) {
    children.kill();
    remove();
    throw error;
  }
  const file = onDemand((name, mib) => createRandomFile(folder, name, mib));
  return {
    ...settings,
    folder,
    /** Whatever a part starts must be among them. */
    children,
    hindsight,
    peer,
    services: peer === null ? [hindsight] : [peer, hindsight],
    bigFile: () => file('big.raw', settings.sizes.bigMib),
    partFile: () => file('part.raw', settings.sizes.partMib),
    /** Lets the disk come to rest, so that no measurement pays for the one before. */
    settle: () => runProcess('sync', []),
    close: async () => {
      peer?.disconnect();
      await hindsight.stop();
      remove();
      stopWatching();
    },
  };
}

function newFolder(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  return mkdtempSync(join(resolve(dataDir), 'bench-'));
}

function onDemand(create) {
  const made = new Map();
  return (name, ...rest) => {
    if (!made.has(name)) made.set(name, create(name, ...rest));
    return made.get(name);
  };
}

function cleanUpOnSignal(cleanUp) {
  const end = (signal) => {
    cleanUp();
    process.exit(128 + constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
