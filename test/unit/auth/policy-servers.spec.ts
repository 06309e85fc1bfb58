import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PolicyServerUnavailable } from '../../../src/auth/auth.errors.js';
import { ImagePolicy } from '../../../src/auth/image-policy.js';
import { parseRule } from '../../../src/auth/policy-parser.js';
import { effectiveRules } from '../../../src/auth/policy-rule-set.js';
import { PolicyServers } from '../../../src/auth/policy-servers.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { member } from './callers.js';
import { imageTarget } from './image-target.js';
import { DEFAULT_SETTINGS } from './policy-server-settings.js';

type Question = Readonly<{ url: string; type: string; body: string; method: string }>;

describe('a rule that asks a server', () => {
  let server: Server;
  let base: string;
  let asked: Question[];
  let reply: (response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request: IncomingMessage, response) => {
      void text(request).then((body) => {
        const { url = '', method = '', headers } = request;
        asked.push({ url, method, body, type: headers['content-type'] ?? '' });
        reply(response);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    reply = (response) => response.end('True');
  });

  const policyOf = (
    rules: Readonly<Record<string, string>>,
    changed: Partial<typeof DEFAULT_SETTINGS> = {},
  ): RulePolicy => {
    const overrides = Object.entries(rules).map(([name, rule]) => {
      return { name, expression: parseRule(rule), file: 'policy.yaml', line: 1 };
    });
    return new RulePolicy(effectiveRules(overrides), {
      ask: PolicyServers.open({ ...DEFAULT_SETTINGS, ...changed }).ask,
    });
  };

  it('posts a form with rule, target and credentials, and takes True for a yes', async () => {
    const policy = policyOf({ get_image: `rule:elsewhere`, elsewhere: `${base}/check/%(name)s` });
    const answer = policy.allows('get_image', member, { name: 'a/../b?c', project_id: 'P2' });

    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(true);
    const [question] = asked;
    const form = new URLSearchParams(question?.body);
    expect(question).toMatchObject({ method: 'POST', url: '/check/a%2F..%2Fb%3Fc' });
    expect(question?.type).toBe('application/x-www-form-urlencoded');
    expect(JSON.parse(form.get('rule') ?? '')).toBe('get_image');
    expect(JSON.parse(form.get('target') ?? '')).toEqual({ name: 'a/../b?c', project_id: 'P2' });
    expect(JSON.parse(form.get('credentials') ?? '')).toMatchObject({
      ...{ user_id: 'U1', project_id: 'P1', roles: ['member', 'reader'], is_admin: false },
    });
  });

  it('posts JSON when it is told to', async () => {
    const policy = policyOf({ get_image: base }, { contentType: 'application/json' });

    expect(await policy.allows('get_image', member, { project_id: 'P2' })).toBe(true);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ rule: 'get_image', target: { project_id: 'P2' } });
  });

  it.each([
    ['"True"', true],
    ['False', false],
    ['true', false],
    ['True\n', false],
    ['', false],
    ['True' + ' '.repeat(100_000), false],
  ])('takes %j for %s', async (body, expected) => {
    reply = (response) => response.end(body);

    expect(await policyOf({ get_image: base }).allows('get_image', member, {})).toBe(expected);
  });

  it('follows no redirect, and takes no refusal for a yes', async () => {
    for (const status of [302, 404]) {
      reply = (response) => response.writeHead(status, { location: base }).end('True');
      expect(await policyOf({ get_image: base }).allows('get_image', member, {})).toBe(false);
    }
    expect(asked).toHaveLength(2);
  });

  it('is not answered by a server that fails, is away or is silent', async () => {
    const away = policyOf({ get_image: 'http://127.0.0.1:1/x' });
    await expect(away.allows('get_image', member, {})).rejects.toThrow(PolicyServerUnavailable);
    reply = (response) => response.writeHead(500).end('True');
    await expect(policyOf({ get_image: base }).allows('get_image', member, {})).rejects.toThrow('status 500');
    reply = () => undefined;
    const impatient = policyOf({ get_image: `${base}/secret` }, { timeoutS: 0.05 });
    await expect(impatient.allows('get_image', member, {})).rejects.toThrow(
      `The policy server ${base} does not answer`,
    );
  });

  it('is asked only when the rest of the rule has not decided', async () => {
    const policy = policyOf({
      a: `role:member or ${base}`,
      b: `role:x and ${base}`,
      c: `${base} and not ${base} or @`,
    });

    expect(policy.allows('a', member, {})).toBe(true);
    expect(policy.allows('b', member, {})).toBe(false);
    expect(asked).toEqual([]);
    expect(await policy.allows('c', member, {})).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('is refused at the target what it does not have', () => {
    expect(policyOf({ a: `${base}/%(missing)s` }).allows('a', member, {})).toBe(false);
  });

  it('decides on the rows of a list, each by itself', async () => {
    reply = (response) => response.end(asked.length % 2 === 1 ? 'True' : 'False');
    const policy = new ImagePolicy(policyOf({ get_image: `role:admin or ${base}` }));
    const rows = ['A', 'B', 'C', 'D'];
    const allowed = await policy.allowed('get_image', member, rows, (id) => imageTarget({ id, visibility: 'public' }));

    expect(asked).toHaveLength(4);
    expect(allowed).toHaveLength(2);
  });
});
