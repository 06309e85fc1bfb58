import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithBackend } from '../../support/backends.js';
import { newCast } from '../../support/callers.js';
import { describeConformance } from '../../support/conformance-target.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';

const PROGRAM = fileURLToPath(new URL('../../support/gophercloud/main.go', import.meta.url));
/** Where Debian keeps the sources of Go libraries. */
const SOURCES = '/usr/share/gocode';
const isPresent = isInstalled('go') && existsSync(join(SOURCES, 'src/github.com/gophercloud/gophercloud'));

describeWithBackend('gophercloud', isPresent, () => {
  describeConformance('a program in Go', 'default', (target) => {
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hindsight-go-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('CLI-05 gophercloud creates, pages, uploads, changes and deletes', async () => {
      const program = join(folder, 'gopher');
      const environment = { GO111MODULE: 'off', GOPATH: SOURCES, GOCACHE: join(folder, 'cache'), HOME: folder };
      expectSuccess(await runCommand('go', ['build', '-o', program, PROGRAM], environment));
      const run = await runCommand(program, [target.url, newCast().member.token], {});
      const seen: unknown = JSON.parse(expectSuccess(run));
      expect(seen).toMatchObject({
        importMethods: ['glance-direct', 'web-download', 'copy-image'],
        storeIds: ['fast', 'slow'],
        names: ['gopher-1', 'gopher-2', 'gopher-3', 'gopher-4', 'gopher-5'],
        data: 'ABCDEFGHIJ',
        name: 'gopher-renamed',
        status: 'active',
        size: 10,
        checksum: 'e86410fa2d6e2634fd8ac5f4b3afe7f3',
        properties: { os_distro: 'debian', os_version: '12', os_hash_algo: 'sha512', stores: 'fast' },
        member: 'pending',
        methods: ['glance-direct', 'web-download', 'copy-image'],
        notFound: true,
      });
      expect(seen).toMatchObject({ tags: expect.arrayContaining(['go', 'renamed']), pages: 3 });
    }, 120_000);
  });
});
