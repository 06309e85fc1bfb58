import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';
const KIB_PER_MIB = 1024;
const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Node runs on

/** The topmost processes that listen on a local TCP port. */
export function listenersOf(port) {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningSockets(table, port)));
  const holders = new Set(processIds().filter((pid) => openFiles(pid).some((file) => sockets.has(file))));
  return [...holders].filter((pid) => !holders.has(statOf(pid)?.parent));
}

/** Proportional set size of processes and all below them, in MiB: shared pages count once. */
export const pssMibOf = (roots) => sum(treeOf(roots).map(pssKib)) / KIB_PER_MIB;

/** CPU seconds that processes and all below them have used so far. */
export const cpuSecondsOf = (roots) => sum(treeOf(roots).map((pid) => statOf(pid)?.ticks ?? 0)) / TICKS_PER_SECOND;

function treeOf(roots) {
  const parents = new Map(processIds().map((pid) => [pid, statOf(pid)?.parent]));
  const tree = new Set(roots);
  for (let before = 0; before !== tree.size;) {
    before = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  return [...tree];
}

const processIds = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function listeningSockets(table, port) {
  const lines = (readOrNull(table) ?? '').split('\n').slice(1);
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return columns
    .filter(([, address, , state]) => state === LISTEN && parseInt(address.split(':')[1], 16) === port)
    .map((fields) => `socket:[${fields[9]}]`);
}

function openFiles(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readLinkOrNull(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** Null when the process has ended. */
function statOf(pid) {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name before the last parenthesis may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}

const pssKib = (pid) => Number(/^Pss:\s+(\d+)/m.exec(readOrNull(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readLinkOrNull(path) {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
