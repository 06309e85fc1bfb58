import { createLogger } from '../../../src/operability/logger.js';
import { NestLogger } from '../../../src/operability/nest-logger.js';

const recording = (level: 'debug' | 'info' = 'info') => {
  const lines: any[] = [];
  const logger = createLogger({ level }, { write: (line) => lines.push(JSON.parse(line)) });
  return { logger, lines };
};

describe('Logger', () => {
  it('writes one JSON object a line with time, level and message', () => {
    const { logger, lines } = recording();
    logger.info({ request_id: 'req-1', image_id: 'i1' }, 'stored');
    expect(lines).toEqual([
      expect.objectContaining({ level: 30, msg: 'stored', request_id: 'req-1', image_id: 'i1', pid: process.pid }),
    ]);
    expect(new Date(lines[0].time).toISOString()).toBe(lines[0].time);
  });

  it.each([
    'x-auth-token',
    'x-service-token',
    'x-subject-token',
    'authorization',
    'cookie',
    'set-cookie',
    'password',
    'secret',
  ])('never writes %s, wherever it stands', (field) => {
    const { logger, lines } = recording();
    logger.info({ [field]: 'hush-1', headers: { [field]: 'hush-2' }, req: { headers: { [field]: 'hush-3' } } });
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('is silent below its level', () => {
    const { logger, lines } = recording();
    logger.debug('detail');
    expect(lines).toEqual([]);
  });
});

describe('Logging of NestJS', () => {
  it('keeps the level of what matters and calls the rest debugging', () => {
    const { logger, lines } = recording('debug');
    const nest = new NestLogger(logger);
    nest.log('Starting', 'NestFactory');
    nest.warn('odd', 'Router');
    nest.error('broken', 'Error: x\n    at y', 'ExceptionsHandler');
    nest.fatal(new Error('dead'));
    nest.verbose('chatter');
    expect(lines.map(({ level, msg, context, stack }) => [level, msg, context, stack])).toEqual([
      [20, 'Starting', 'NestFactory', undefined],
      [40, 'odd', 'Router', undefined],
      [50, 'broken', 'ExceptionsHandler', 'Error: x\n    at y'],
      [60, 'dead', undefined, undefined],
    ]);
    expect(lines[3].err.message).toBe('dead');
  });
});
