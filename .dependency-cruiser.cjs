/** Who may import whom (docs/adr/0001). Every rule is «from X, nothing of ours but Y». */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.module\\.ts$' },
  to: { path: '^src/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/(main|supervised-main)\\.ts$' },
      to: {},
    },
    { name: 'product-never-imports-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'domain-is-plain-typescript',
      severity: 'error',
      from: { path: '^src/(kernel|modules/[^/]+/domain|events/contracts|events/upcasters)/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: 'typebox' },
    },
    only('kernel-stands-alone', '^src/kernel/', '^src/kernel/'),
    only('contracts-stand-alone', '^src/events/contracts/', '^src/events/contracts/'),
    only('config-type-stands-alone', '^src/config/app-config', '^$'),
    only('domain', '^src/modules/([^/]+)/domain/', '^src/(kernel|events/contracts)/|^src/modules/$1/domain/'),
    only('upcasters', '^src/events/upcasters/', '^src/(kernel|events/contracts|events/upcasters)/'),
    only(
      'commands',
      '^src/modules/((?!imports)[^/]+)/commands/',
      '^src/(kernel|events|projections|auth|config|limits|key-manager|outbound|stores/ingest|stores/inspection)/|^src/stores/([^/]+|staging/staging-area)\\.ts$|^src/modules/$1/(domain|commands)/',
    ),
    only(
      'imports-join-images-and-tasks',
      '^src/modules/imports/commands/',
      '^src/(kernel|events|projections|auth|config|limits|key-manager|outbound)/|^src/stores/([^/]+|staging/staging-area)\\.ts$|^src/modules/(images|tasks)/(domain|commands)/|^src/modules/imports/commands/',
    ),
    only(
      'queries',
      '^src/modules/((?!feed)[^/]+)/queries/',
      '^src/(kernel|projections|auth|config|events/contracts)/|^src/stores/[^/]+\\.ts$|^src/modules/$1/(domain|queries)/',
    ),
    only(
      'http-edge-of-a-context',
      '^src/modules/((?!imports|feed)[^/]+)/http/',
      '^src/(kernel|http|auth|config|limits|key-manager|events/contracts)/|^src/modules/$1/(domain|commands|queries|http)/|^src/projections/.*read-model\\.ts$|^src/stores/image-(store|cache)',
    ),
    only(
      'http-edge-of-imports',
      '^src/modules/imports/http/',
      '^src/(kernel|http|auth|config|limits|key-manager|events/contracts)/|^src/modules/imports/|^src/modules/(images|tasks)/(domain|commands|queries)/|^src/modules/tasks/http/task\\.presenter|^src/projections/.*read-model\\.ts$|^src/stores/image-store',
    ),
    only(
      'feed-joins-all-histories',
      '^src/modules/feed/queries/',
      '^src/(kernel|projections|auth)/|^src/modules/feed/queries/|^src/modules/images/queries/image-history',
    ),
    only(
      'http-edge-of-the-feed',
      '^src/modules/feed/http/',
      '^src/(kernel|http|auth|config)/|^src/modules/feed/|^src/modules/images/http/history/|^src/modules/tasks/domain/|^src/projections/(history|tasks)/',
    ),
    only(
      'outbound',
      '^src/outbound/',
      '^src/(kernel|outbound|config)/|^src/stores/stores\\.errors\\.ts$|^src/stores/filesystem/storage-error|ingest/free-chunk\\.ts$',
    ),
    only('conversion', '^src/conversion/', '^src/(kernel|conversion|config|stores/inspection)/'),
    only('postgres', '^src/postgres/', '^src/(kernel|postgres)/'),
    only('events', '^src/events/(?!contracts|upcasters)', '^src/(kernel|events|config|postgres)/'),
    only('projections', '^src/projections/', '^src/(kernel|events|projections|config|postgres)/'),
    only('stores', '^src/stores/', '^src/(kernel|stores|config)/'),
    only(
      'key-manager',
      '^src/key-manager/',
      '^src/(kernel|key-manager|auth|config)/|^src/stores/hashing/hash-protocol',
    ),
    only('limits', '^src/limits/', '^src/(kernel|limits|auth|projections|config)/'),
    only('auth', '^src/auth/', '^src/(kernel|auth|http|config)/'),
    only(
      'workers',
      '^src/workers/',
      '^src/(kernel|workers|events|projections|stores|config|limits|key-manager|outbound|conversion)/|^src/modules/[^/]+/(commands|domain)/',
    ),
    only(
      'shared-http',
      '^src/http/',
      '^src/(kernel|http|config)/|^src/modules/[^/]+/domain/[^/]+\\.errors\\.ts$|^src/(events|projections|stores|stores/inspection|auth|limits|key-manager|outbound|conversion)/[^/]+\\.errors\\.ts$|^src/auth/caller\\.ts$',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
