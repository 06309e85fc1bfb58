import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newCast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { fitting } from '../../support/fitting.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const PAGE = readFileSync('docs/notifications.md', 'utf8');

/** The blocks of one kind, in the order of the page. */
const blocksOf = (kind: string): string[] =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text!);

/** Shown lines of a command, after the command itself. */
const shownFor = (command: string): string[] => {
  const [session = ''] = [...PAGE.matchAll(/```\n(\$ .*?)```/gs)].map(([, text]) => text!);
  const lines = session.split('\n');
  const from = lines.indexOf(`$ hindsight ${command}`) + 1;
  const to = lines.findIndex((line, index) => index >= from && line.startsWith('$'));
  return lines.slice(from, to === -1 ? undefined : to).filter((line) => line !== '');
};

describe('docs/notifications.md', () => {
  const [forRabbit = '', forWebhook = ''] = blocksOf('ini');
  const [message = '', body = ''] = blocksOf('json');
  const cast = newCast();
  let receiver: WebhookReceiver;
  let service: Service;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    service = await Service.prepare({
      ...trusting(),
      args: (dataDir) => ['--config-file', join(dataDir, 'feeds.conf')],
    });
    // The same messages, where no RabbitMQ is needed to read them.
    const rabbit = forRabbit.replace('driver = messagingv2', 'driver = log');
    const webhook = forWebhook.replace(/^url = .*$/m, `url = ${receiver.url}`);
    const hasty = 'max_attempts = 1\n';
    await writeFile(join(service.dataDir, 'feeds.conf'), `${rabbit}\n${webhook}${hasty}`);
    await service.launch();
  });
  afterAll(async () => {
    await service.remove();
    await receiver.stop();
  });

  it('shows notifications, webhooks and how they are checked as they are', async () => {
    const member = new ImageSession(() => service.url, cast.member);
    receiver.answer = ({ type }) => (type === 'ImageCreated' ? 500 : 204);
    const { id } = await member.create({ name: 'debian', os_distro: 'debian', tags: ['stable'] });
    expectStatus(await member.patch(id, [{ op: 'replace', path: '/name', value: 'debian 13' }]), 200);
    await eventually(() => expect(receiver.typesOf(id)).toEqual(['ImageDetailsChanged']));

    const logged = service.log.split('\n').find((line) => line.includes('"image.create"'));
    expect((JSON.parse(logged ?? '{}') as { notification: unknown }).notification).toEqual(
      fitting(JSON.parse(message)),
    );

    const [told] = receiver.accepted;
    expect(told!.event).toEqual(fitting(JSON.parse(body)));
    const headers = blocksOf('http')[0]!.trim().split('\n').slice(1);
    for (const header of headers) {
      const [name = '', value = ''] = header.split(': ');
      expect(told!.headers[name]).toEqual(fitting(value));
    }

    const [script = ''] = blocksOf('js');
    const { isGenuine } = (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as {
      isGenuine: (headers: unknown, body: string, secret: string) => boolean;
    };
    const [, secret = ''] = /^secret = (\S+)$/m.exec(forWebhook) ?? [];
    expect(isGenuine(told!.headers, told!.text, secret)).toBe(true);
    expect(isGenuine(told!.headers, `${told!.text} `, secret)).toBe(false);
  });

  it('shows what is done about events that were put aside', async () => {
    receiver.answer = () => 204;
    for (const command of ['webhooks list', 'webhooks dead', 'webhooks retry audit']) {
      const words = ['--config-file', join(service.dataDir, 'feeds.conf'), ...command.split(' ')];
      const printed = await eventually(async () => {
        const text = expectSuccess(await service.command(...words));
        expect(text).not.toMatch(/\d behind/);
        return text.trim().split('\n');
      });
      const shown = shownFor(command).map((line) =>
        line.replace('https://hooks.example.org', new URL(receiver.url).origin).replace('12 attempts', '1 attempts'),
      );
      expect(shown.length).toBeGreaterThan(0);
      expect(printed).toEqual(shown.map(fitting));
    }
  });
});
