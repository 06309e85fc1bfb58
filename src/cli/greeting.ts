import type { AppConfig } from '../config/app-config.js';

/**
 * What an operator reads when the service is ready: where it is, where its data is, and what to try.
 * @param endpoint base URL under which clients on this machine reach the service
 */
export function greeting(config: AppConfig, endpoint: string): readonly string[] {
  const place = [`Hindsight is ready at ${endpoint}`, `Data folder:  ${config.dataDir}`];
  return config.identity.kind === 'builtin'
    ? [
        ...place,
        `Credentials:  ${config.identity.cloudsFile}`,
        '',
        ...trials(config.dataDir, config.identity.cloudsFile),
      ]
    : [...place, `Identity:     ${config.identity.kind}`];
}

const trials = (dataDir: string, cloudsFile: string): readonly string[] => [
  'Try, in another terminal:',
  `  export OS_CLIENT_CONFIG_FILE=${shellWord(cloudsFile)}`,
  '  openstack --os-cloud hindsight image create --file README.md --disk-format raw --container-format bare first',
  '  openstack --os-cloud hindsight image list',
  `  npm run hindsight -- history <image-id> --data-dir ${shellWord(dataDir)}`,
];

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
