import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigError } from '../../../src/config/config-error.js';
import type { JobProcessor, JobQueue } from '../../../src/workers/queue/job-queue.js';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { RedisServer, startRedis } from '../../support/redis.js';
import { isInstalled } from '../../support/run-command.js';
import { openJobQueue, openTaskWorker } from './bullmq.harness.js';
import { Gate } from './gate.js';
import { job, untilAborted } from './job-queue.contract.js';

const PREFIX = 'faults';

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let server: RedisServer;
  let queue: JobQueue;
  let opened: JobQueue[];
  let reports: string[];
  let done: string[];
  let failures: unknown[];

  const open = async (): Promise<JobQueue> => {
    const another = await openJobQueue(server.url, PREFIX, reports);
    opened.push(another);
    return another;
  };

  beforeEach(async () => {
    server = await startRedis();
    [opened, reports, done, failures] = [[], [], [], []];
    queue = await open();
  });
  afterEach(async () => {
    await Promise.all(opened.map((each) => each.close(AbortSignal.abort())));
    await server.stop();
  });

  const start = (on = queue, before: () => Promise<unknown> = () => Promise.resolve()): Promise<void> =>
    on.process(
      async ({ taskId }) => {
        await before();
        done.push(taskId);
      },
      2,
      (_, error) => void failures.push(error),
    );

  const untilEmpty = (): Promise<void> =>
    eventually(async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0 }));

  describe('a worker process', () => {
    let child: ChildProcess;
    afterEach(() => void child.kill('SIGKILL'));

    const takeInOwnProcess = async (): Promise<string> => {
      const program = join(import.meta.dirname, 'working-process.mjs');
      const options = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
      child = spawn(process.execPath, [...options, program, server.url, PREFIX], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [taken] = await once(createInterface({ input: child.stdout! }), 'line');
      return String(taken);
    };

    const end = async (signal: NodeJS.Signals): Promise<number | null> => {
      const exit = once(child, 'exit');
      child.kill(signal);
      const [code] = await exit;
      return code;
    };

    it('that is killed leaves its job to another one, however often that happens', async () => {
      await queue.enqueue([job('survivor')]);
      for (let kills = 0; kills < 2; kills += 1) {
        expect(await takeInOwnProcess()).toBe('survivor');
        await end('SIGKILL');
      }
      await start();
      await eventually(() => expect(done).toEqual(['survivor']));
      await untilEmpty();
      expect(failures).toEqual([]);
    }, 180_000);

    it('that is stopped ends, and leaves its job to another one', async () => {
      await queue.enqueue([job('passed on')]);
      expect(await takeInOwnProcess()).toBe('passed on');
      expect(await end('SIGTERM')).toBe(0);
      expect(await queue.counts()).toEqual({ waiting: 1, active: 0 });
      await start();
      await eventually(() => expect(done).toEqual(['passed on']));
    });

    it('that is stopped while Redis is away ends all the same', async () => {
      await queue.enqueue([job('interrupted')]);
      await takeInOwnProcess();
      await server.stop();
      expect(await end('SIGTERM')).toBe(0);
    });
  });

  it('is closed by a stopping application, which gives back what it could not end', async () => {
    let begun = 0;
    const endless: JobProcessor = (_, signal) => {
      begun += 1;
      return untilAborted(signal);
    };
    await queue.enqueue([job('passed on')]);
    const application = await openTaskWorker(server.url, PREFIX, endless);
    await eventually(() => expect(begun).toBe(1));
    await application.close();
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0 });
  });

  describe('a Redis that forgets everything', () => {
    it('while a job is done lets the job end, and works for the next ones', async () => {
      const gate = new Gate();
      await queue.enqueue([job('running'), job('forgotten', 11)]);
      await start(queue, () => gate.passed());
      await eventually(async () => expect((await queue.counts()).active).toBe(2));
      await server.flush();
      gate.open();
      await eventually(() => expect(done).toHaveLength(2));
      await queue.enqueue([job('next')]);
      await eventually(() => expect(done).toContain('next'));
      await untilEmpty();
      expect(failures).toEqual([]);
      expect(reports).toEqual([]);
    });

    it('is refilled, although a worker still does the job', async () => {
      const gate = new Gate();
      await queue.enqueue([job('running')]);
      await start(queue, () => gate.passed());
      await eventually(async () => expect((await queue.counts()).active).toBe(1));
      await server.flush();
      await queue.enqueue([job('running')]);
      await eventually(async () => expect((await queue.counts()).active).toBe(1));
      gate.open();
      await eventually(() => expect(done).toEqual(['running', 'running']));
      await untilEmpty();
    });

    it('because it was started anew works on with the same connections', async () => {
      const gate = new Gate();
      await queue.enqueue([job('running')]);
      await start(queue, () => gate.passed());
      await eventually(async () => expect((await queue.counts()).active).toBe(1));
      await server.restart();
      gate.open();
      await queue.enqueue([job('next')]);
      await eventually(() => expect([...done].sort()).toEqual(['next', 'running']));
      await untilEmpty();
      expect(failures).toEqual([]);
    });
  });

  describe('a Redis that is away', () => {
    it('is waited for, by who adds jobs and who does them, and reported once', async () => {
      await start();
      await queue.enqueue([job('before')]);
      await eventually(() => expect(done).toEqual(['before']));
      await server.stop();
      await eventually(() => expect(reports).toHaveLength(1));
      const added = queue.enqueue([job('meanwhile')]);
      await expect(queue.counts()).rejects.toThrow('Redis does not answer');
      await server.restart();
      await added;
      await eventually(() => expect(done).toEqual(['before', 'meanwhile']));
      expect(reports).toEqual([expect.stringMatching(/^away: Redis cannot be used: /), 'back']);
      expect(failures).toEqual([]);
    });

    it('is not waited for by who gives up', async () => {
      await server.stop();
      const giveUp = new AbortController();
      const added = queue.enqueue([job('never')], giveUp.signal);
      giveUp.abort(new Error('enough'));
      await expect(added).rejects.toThrow('enough');
    });

    it('does not keep a process from stopping, with a job, without, or while one is added', async () => {
      let begun = 0;
      await queue.enqueue([job('running')]);
      await queue.process(
        (_, signal) => {
          begun += 1;
          return untilAborted(signal);
        },
        1,
        () => undefined,
      );
      await eventually(() => expect(begun).toBe(1));
      const idle = await open();
      await start(idle);
      await server.stop();
      const added = expect(idle.enqueue([job('never')])).rejects.toThrow('The queue is closed');
      await Promise.all([queue.close(AbortSignal.timeout(10)), idle.close(AbortSignal.timeout(10)), added]);
    });

    it('at the start is no reason to fail', async () => {
      await server.stop();
      const early = await open();
      await start(early);
      const added = early.enqueue([job('patient')]);
      await server.restart();
      await added;
      await eventually(() => expect(done).toEqual(['patient']));
    });

    it('at the start and for good does not keep the process from stopping', async () => {
      await server.stop();
      const early = await open();
      await start(early);
      await early.close(AbortSignal.timeout(10));
    });

    it('hangs instead of being gone, and is found again', async () => {
      await start();
      server.pause();
      const giveUp = new AbortController();
      const added = queue.enqueue([job('slow')], giveUp.signal);
      await expect(queue.counts()).rejects.toThrow('Redis does not answer');
      server.resume();
      await added;
      await eventually(() => expect(done).toEqual(['slow']));
    });
  });
});

describe('a redis_url that cannot work stops the start', () => {
  const refusal = async (url: string): Promise<string> => {
    const failure = await openJobQueue(url, PREFIX).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ConfigError);
    return (failure as ConfigError).message;
  };

  describeWithBackend('redis-server', isInstalled('redis-server'), () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ password: 'right-one' });
    });
    afterAll(() => server.stop());

    it('with no password where one is needed', async () => {
      const message = await refusal(`redis://127.0.0.1:${server.port}`);
      expect(message).toMatch(/\[hindsight\] redis_url = "redis:\/\/127\.0\.0\.1:\d+": .*refuses.*NOAUTH/);
    });

    it('with a wrong password, which is not shown', async () => {
      const message = await refusal(`redis://:wrong-one@127.0.0.1:${server.port}`);
      expect(message).toContain('WRONGPASS');
      expect(message).not.toContain('wrong-one');
    });

    it('with a database that the server does not have', async () => {
      expect(await refusal(`${server.url}/9999`)).toContain('DB index is out of range');
    });

    it('but not with the right password', async () => {
      const queue = await openJobQueue(server.url, PREFIX);
      expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
      await queue.close(AbortSignal.abort());
    });
  });

  it('with a server that is no Redis', async () => {
    const web: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume().end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as AddressInfo;
    expect(await refusal(`redis://user:secret@127.0.0.1:${port}`)).toMatch(/redis:\/\/127\.0\.0\.1:\d+": what answers/);
    web.close();
    await once(web, 'close');
  });
});
