// Makes the passwords of a cluster, and the files that its services read them from: node make-secrets.mjs <folder>
// Each service has a folder of its own below it, so that it gets no other's. What there is already stays as it is.
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: make-secrets.mjs <folder>');
  process.exit(2);
}

/** The services run under users of their own: whoever gets a folder may read it. */
const READABLE = 0o444;

const postgres = await password('postgres');
const redis = await password('redis');
const rabbitmq = await password('rabbitmq');

await write('redis/redis.conf', `requirepass ${redis}\n`);
await write(
  'rabbitmq/hindsight.conf',
  `default_user = hindsight\ndefault_pass = ${rabbitmq}\nloopback_users = none\nlog.console = true\n`,
);
await write(
  'hindsight/secrets.conf',
  `[hindsight]
redis_url = redis://:${redis}@redis:6379/0

[database]
connection = postgresql://hindsight:${postgres}@postgres:5432/hindsight

[oslo_messaging_notifications]
driver = messagingv2
transport_url = rabbit://hindsight:${rabbitmq}@rabbitmq:5672/
`,
);

/** Hexadecimal digits mean themselves in URLs and in every kind of file. */
async function password(service) {
  const file = join(folder, service, 'password');
  await put(file, randomBytes(24).toString('hex'), async (temporary) => {
    await link(temporary, file).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  });
  return readFile(file, 'utf8');
}

/** Replaces a file: readers see the old text or the new. */
async function write(name, text) {
  const file = join(folder, name);
  await put(file, text, (temporary) => rename(temporary, file));
}

async function put(file, text, publish) {
  await mkdir(join(file, '..'), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: READABLE, flag: 'wx', flush: true });
    await publish(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
