/**
 * Differences that are meant, each with its reason. Each other field is a pattern for that field of a difference;
 * what is left out fits everything. The first row that fits explains a difference.
 */
const KNOWN_DIFFERENCES = [
  { status: /^[45]/, part: /^body\.(message|text)$/, reason: 'the sentences of errors are our own' },
  { part: /^body\.versions\./, reason: 'Glance 25.1 speaks up to 2.16 of the API' },
  { part: /^header www-authenticate$/, reason: 'a Glance with fake tokens has no Keystone to name' },
  {
    part: /^header openstack-image-store-ids$/,
    b: /,os_glance_/,
    reason: 'Glance adds its internal stores to the header now and then',
  },
  {
    status: /^204$/,
    part: /^header content-(type|length)$/,
    a: /^\(none\)$/,
    reason: 'a 204 of Glance is labelled as text of no length',
  },
  {
    request: /^OPTIONS /,
    part: /^(header content-type|body)$/,
    a: /^(\(none\)|"")$/,
    reason: 'OPTIONS is answered at the edge, as by newer Glances, and not by the version document',
  },
  {
    request: /"long":/,
    part: /^status$/,
    b: /^500$/,
    reason: 'texts of more than 64 KiB are a 500 where Glance keeps them in MySQL',
  },
  {
    request: /\{empty\.id\}/,
    part: /^body\.virtual_size$/,
    a: /^0$/,
    reason: 'Glance 25.1 tells no virtual size of raw data of no length',
  },
  { request: /^HEAD /, part: /^header content-type$/, reason: 'the label of an error to HEAD, which has no body' },
  {
    request: /^GET \S+\/file/,
    part: /^header content-length$/,
    a: /^present$/,
    reason: 'the first download through the cache of Glance is chunked',
  },
  {
    scenario: /^create$/,
    request: /"os_hash_algo"/,
    part: /^status$/,
    a: /^403$/,
    reason: 'read-only fields are refused at create (ADR 0011)',
  },
  {
    scenario: /^list$/,
    part: /^body\.(first|next)$/,
    request: /(tag|sort_key)=.*&\1=/,
    reason: 'repeated parameters survive in paging links (ADR 0011)',
  },
  {
    request: /\/v2\/info\/stores\/detail/,
    part: /\.weight$/,
    reason: 'Glance 25.1 does not know the weight of a store',
  },
  {
    request: /\/locations/,
    scenario: /^locations$/,
    part: /^status$/,
    b: /^404$/,
    reason: 'Glance 25.1 does not have the paths of 2.17 for locations',
  },
  {
    request: /^GET \/v2\/cache /,
    part: /^body\.(cached|queued)_images/,
    reason: 'the other server has images of others in its cache',
  },
  {
    request: /\/v2\/cached_images/,
    part: /^status$/,
    a: /^404$/,
    reason: 'the former paths of the cache need the flavor cachemanagement',
  },
  {
    request: /\/v2\/schemas\/images?$/,
    part: /\.(kernel_id|ramdisk_id|instance_uuid|architecture|os_distro|os_version|description|cinder_\w+)$/,
    a: /^\(none\)$/,
    reason: 'Glance is shipped with a schema-image.json',
  },
  {
    request: /\/v2\/schemas\/task$/,
    part: /^body\.properties\.progress$/,
    b: /^\(none\)$/,
    reason: 'tasks show their progress here',
  },
  {
    request: /\/v2\/schemas\/tasks?$/,
    part: /\.type\.enum\./,
    reason: 'there are more types of tasks here (ADR 0011), and in newer Glances',
  },
  {
    request: /\/v2\/schemas\/metadefs\//,
    part: /\.confidential$/,
    b: /^\(none\)$/,
    reason: 'Glance 25.1 does not know confidential properties (ADR 0017)',
  },
  {
    scenario: /^metadefs$/,
    part: /^status$/,
    a: /^400$/,
    b: /^500$/,
    reason: 'bad input is an error of the client (ADR 0017)',
  },
  {
    scenario: /^metadefs$/,
    part: /^body\.schema$/,
    b: /^"v2\//,
    reason: 'the link of Glance to the schema of objects lacks its slash',
  },
];

/** @returns why this difference is meant, or undefined */
export function reasonFor(difference) {
  return KNOWN_DIFFERENCES.find(({ reason, ...patterns }) =>
    Object.entries(patterns).every(([field, pattern]) => pattern.test(difference[field])),
  )?.reason;
}
