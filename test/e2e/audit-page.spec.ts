import { readFileSync } from 'node:fs';
import { expectStatus } from '../support/expectations.js';
import { Service } from '../support/service.js';
import { signedLog, withEventsFile } from '../support/signed-log.js';
import { newMember, trusting } from '../support/trusting-service.js';

/** A line that the page shows somebody type, and what is printed then. */
type Example = Readonly<{ command: string; output: string }>;

const PAGE = readFileSync('docs/audit.md', 'utf8');

/** In the order of the page. */
const examples: readonly Example[] = [...PAGE.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .slice(1)
    .map((example) => {
      const [command, ...output] = example.split('\n');
      return { command: command!, output: output.join('\n').trim() };
    }),
);

/** What the page shows: three dots are any text. */
const fitting = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

describe('docs/audit.md', () => {
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(trusting({ OS_HINDSIGHT__AUDIT_CHECKPOINT_INTERVAL: '1' }));
    await newMember(service).create({ name: 'debian' });
    await signedLog(service);
  });
  afterAll(() => service.remove());

  it('shows commands that work, and what they print', async () => {
    expect(examples.length).toBeGreaterThan(5);
    for (const { command, output } of examples) {
      const [, sql] = /^sqlite3 data\/events\.sqlite "(.*)"$/.exec(command) ?? [];
      if (sql !== undefined) {
        withEventsFile(service, (database) => expect(database.prepare(sql).run().changes).toBe(1));
        continue;
      }
      const [program, ...args] = command.split(' ');
      expect(program).toBe('hindsight');
      const { exitCode, stdout } = await service.command(...args);
      expect(stdout.trim()).toMatch(fitting(output));
      expect(exitCode).toBe(output.startsWith('audit:') || output.startsWith('{') ? 1 : 0);
    }
  });

  it('names the metrics that there are', async () => {
    const metrics = expectStatus(await newMember(service).get('/metrics'), 200).text;
    const names = [...PAGE.matchAll(/^\| `(hindsight_\w+)` \|/gm)].map(([, name]) => name!);
    expect(names).toHaveLength(4);
    for (const name of names) expect(metrics).toContain(`# TYPE ${name} `);
  });
});
