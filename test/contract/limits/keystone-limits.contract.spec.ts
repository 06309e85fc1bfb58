import { loadConfig } from '../../../src/config/load-config.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { openLimits } from '../../../src/limits/open-limits.js';
import type { UnifiedLimits } from '../../../src/limits/unified-limits.js';
import { NO_USAGE } from '../../../src/projections/images/project-usage.js';
import { describeWithBackend } from '../../support/backends.js';
import type { Login } from '../identity/keystone-tokens.js';

/** See test/support/keystone/provision.py. */
const keystone = process.env['HINDSIGHT_TEST_KEYSTONE'] ?? '';

type Provisioned = Readonly<{
  url: string;
  service: Login;
  limits: Readonly<{ endpointId: string; project: string }>;
}>;

describeWithBackend('Keystone', keystone !== '', () => {
  const provisioned = (keystone === '' ? {} : JSON.parse(keystone)) as Provisioned;

  const limitsWith = (options: Readonly<Record<string, string>>): Promise<UnifiedLimits> => {
    const { url, service } = provisioned;
    const environment = {
      OS_DEFAULT__USE_KEYSTONE_LIMITS: 'true',
      OS_OSLO_LIMIT__AUTH_URL: url,
      OS_OSLO_LIMIT__USERNAME: service.username,
      OS_OSLO_LIMIT__PASSWORD: service.password,
      OS_OSLO_LIMIT__SYSTEM_SCOPE: 'all',
      ...options,
    };
    const { config } = loadConfig({ files: [], directories: [], environment, commandLine: {} });
    return openLimits(config.limits, { usageOf: () => Promise.resolve(NO_USAGE) }, systemClock);
  };
  const asRegistered = {
    image_size_total: { usage: 0, limit: 5 },
    image_stage_total: { usage: 0, limit: 5 },
    image_count_total: { usage: 0, limit: 3 },
    image_count_uploading: { usage: 0, limit: 10 },
  };

  it('tells limits as they are registered to projects that have none of their own', async () => {
    const limits = await limitsWith({ OS_OSLO_LIMIT__ENDPOINT_ID: provisioned.limits.endpointId });
    expect(await limits.usageOf('any-project')).toEqual(asRegistered);
  });

  it('tells a project its own limits before those that are registered', async () => {
    const limits = await limitsWith({ OS_OSLO_LIMIT__ENDPOINT_ID: provisioned.limits.endpointId });
    const own = { ...asRegistered, image_count_total: { usage: 0, limit: 1 } };
    expect(await limits.usageOf(provisioned.limits.project)).toEqual(own);
  });

  it('finds its endpoint by service, region and interface, and logs in by domain names and for a project, too', async () => {
    const limits = await limitsWith({
      OS_OSLO_LIMIT__SERVICE_TYPE: 'image',
      OS_OSLO_LIMIT__SERVICE_NAME: 'glance',
      OS_OSLO_LIMIT__REGION_NAME: 'RegionOne',
      OS_OSLO_LIMIT__ENDPOINT_INTERFACE: 'public',
      OS_OSLO_LIMIT__USER_DOMAIN_NAME: 'Default',
      OS_OSLO_LIMIT__PROJECT_DOMAIN_NAME: 'Default',
      OS_OSLO_LIMIT__PROJECT_NAME: provisioned.service.projectName,
      OS_OSLO_LIMIT__SYSTEM_SCOPE: '',
    });
    expect(await limits.usageOf('any-project')).toEqual(asRegistered);
  });

  it.each([
    ['another type', { OS_OSLO_LIMIT__SERVICE_TYPE: 'volume' }],
    ['another region', { OS_OSLO_LIMIT__REGION_NAME: 'elsewhere' }],
    ['an unknown id', { OS_OSLO_LIMIT__ENDPOINT_ID: 'nothing' }],
  ])('refuses everything when the endpoint is not there: %s', async (_name, options) => {
    const limits = await limitsWith(options);
    await expect(limits.mustAllow('any-project', 'image_count_total', 1)).rejects.toMatchObject({
      code: 'limits.unusable',
    });
  });

  it('refuses everything when Keystone does not take its password', async () => {
    const limits = await limitsWith({ OS_OSLO_LIMIT__PASSWORD: 'wrong' });
    await expect(limits.mustAllow('any-project', 'image_count_total', 1)).rejects.toMatchObject({
      code: 'auth.identity_unavailable',
    });
  });
});
