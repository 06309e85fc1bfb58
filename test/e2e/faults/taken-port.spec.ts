import { createServer } from 'node:http';
import { Service } from '../../support/service.js';

describe('a port that another program listens on', () => {
  let service: Service;
  afterEach(() => service.remove());

  it('ends the start with a message that names the options', async () => {
    service = await Service.prepare();
    const other = createServer().listen(Number(new URL(service.url).port), '127.0.0.1');
    try {
      expect(await service.launchUntilExit()).toBe(2);
    } finally {
      other.close();
    }
    expect(service.log).toMatch(/\[DEFAULT\] bind_host = "127\.0\.0\.1", bind_port = "\d+": cannot listen there/);
  });
});
