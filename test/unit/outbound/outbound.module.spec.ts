import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { APP_CONFIG } from '../../../src/config/app-config.js';
import { ExportTargets } from '../../../src/outbound/export-targets.js';
import { HttpDownloads } from '../../../src/outbound/http-downloads.js';
import { OutboundModule } from '../../../src/outbound/outbound.module.js';
import { RemoteImages } from '../../../src/outbound/remote-images.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { localServers, loopbackOutbound } from '../../support/outbound.js';

const config = {
  outbound: loopbackOutbound,
  tasks: { exportTargets: ['https://a.example/'] },
  imports: { remoteEndpoints: new Map([['Two', 'https://two.example']]) },
  identity: { kind: 'headers', allowRemote: false },
};

async function compiled(overrides: object = {}) {
  @Global()
  @Module({ providers: [{ provide: APP_CONFIG, useValue: { ...config, ...overrides } }], exports: [APP_CONFIG] })
  class ConfigModule {}
  return Test.createTestingModule({ imports: [ConfigModule, OutboundModule] }).compile();
}

describe('the outbound module', () => {
  const servers = localServers();

  it('provides what the configuration asks for', async () => {
    const module = await compiled();
    await expect(module.get(UrlFilter).check('http://127.0.0.1:8080/')).resolves.toBeUndefined();
    expect(module.get(HttpDownloads)).toBeInstanceOf(HttpDownloads);
    expect(() => module.get(ExportTargets).check('https://a.example/x')).not.toThrow();
    const query = { region: 'Two', serviceInterface: 'public', token: 't' };
    expect(await module.get(RemoteImages).endpoint(query)).toBe('https://two.example');
  });

  it('asks Keystone for regions that the configuration does not name, in the name of the user', async () => {
    const { url } = await servers.http((request, response) => {
      const isAsked = request.url === '/v3/auth/catalog' && request.headers['x-auth-token'] === 'users';
      const endpoints = [{ interface: 'public', region_id: 'Three', url: 'https://three.example' }];
      response.end(JSON.stringify(isAsked ? { catalog: [{ type: 'image', endpoints }] } : {}));
    });
    const identity = { kind: 'keystone', authUrl: url, insecure: false, caFile: null };
    const module = await compiled({ identity });
    const query = { region: 'Three', serviceInterface: 'public', token: 'users' };
    expect(await module.get(RemoteImages).endpoint(query)).toBe('https://three.example');
  });
});
