import { execFileSync } from 'node:child_process';

/** Who runs servers that refuse to run as root; null: whoever this is. */
export function serverAccount() {
  if (process.getuid() !== 0) return null;
  const id = (option) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
