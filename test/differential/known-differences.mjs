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
    request: /\{(empty|chosen)\.id\}/,
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
    request: /[?&](name=(One|one%20)|status=Queued|tag=X|os_distro=Debian)/,
    part: /^body\.images/,
    a: /^\(none\)$/,
    reason: 'texts are compared as they are; MySQL ignores case and blanks at the end',
  },
  {
    scenario: /^list$/,
    request: /[?&](limit|visibility)=.*&\1=/,
    part: /^body\.(images|next)/,
    reason: 'of repeated parameters the last counts (ADR 0011)',
  },
  {
    scenario: /^list$/,
    request: /[?&]visibility=$/,
    part: /^status$/,
    a: /^400$/,
    reason: 'an empty visibility is refused as any other that is unknown; Glance finds nothing',
  },
  {
    scenario: /^list$/,
    request: /[?&]tags=x/,
    part: /^body\.images/,
    reason: 'tags is a custom property as any other; Glance looks for its letters among the tags',
  },
  {
    scenario: /^list$/,
    request: /nothing_min=x/,
    part: /^status$/,
    b: /^400$/,
    reason: 'a name that ends in _min and is no number of an image is a custom property',
  },
  {
    request: /\{(unread-size|qcow2|vmdk|qcow2-said|vmdk-said)\.id\}/,
    part: /^(status$|body\.)/,
    reason: 'Glance 25.1 neither compares data with the format of its image nor reads x-openstack-image-size',
  },
  {
    request: /^GET \S+\{unwritable\.id\}$/,
    part: /^body\.(size|status|os_glance_\w+)$/,
    reason: 'an import that has failed leaves the image queued, and every store of it failed (ADR 0011)',
  },
  {
    request: /^GET \S+\{wrong\.id\}$/,
    part: /^body\./,
    reason: 'an import that names no store in its list goes to the default one (ADR 0011)',
  },
  {
    request: /"(stores":"fast"|glance_region":1)/,
    part: /^status$/,
    a: /^400$/,
    reason: 'bad input is an error of the client (ADR 0011, 0017)',
  },
  {
    scenario: /^metadefs$/,
    request: /\{"name":"",/,
    part: /^status$/,
    a: /^400$/,
    reason: 'what has no name could never be deleted (ADR 0017)',
  },
  {
    scenario: /^metadefs$/,
    part: /^body\.properties\.$/,
    a: /^\(none\)$/,
    reason: 'what has no name could never be deleted (ADR 0017)',
  },
  {
    scenario: /^metadefs$/,
    part: /^body\.(properties\.p3\.)?minimum$/,
    a: /^0\.5$/,
    reason: 'bounds of numbers keep their fractions (ADR 0017)',
  },
  {
    scenario: /^list$/,
    part: /^body\.(first|next)$/,
    request: /(\w+)=.*&\1=/,
    reason: 'repeated parameters survive in paging links (ADR 0011)',
  },
  {
    request: /\/v2\/info\/stores\/detail/,
    part: /\.weight$/,
    reason: 'Glance 25.1 does not know the weight of a store',
  },
  {
    request: /^\S+ \S+\/locations( |$)/,
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
    request: /\/v2\/(cached|queued)_images/,
    part: /^status$/,
    a: /^404$/,
    reason: 'the former paths of the cache need the flavor cachemanagement',
  },
  {
    request: /\/v2\/schemas\/images?( \(|$)/,
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
    part: /^status$/,
    a: /^400$/,
    b: /^500$/,
    reason: 'bad input is an error of the client (ADR 0011, 0017)',
  },
  {
    request: /^(GET|PUT|DELETE) .* \{\}$/,
    part: /^status$/,
    b: /^500$/,
    reason: 'a body that nobody needs is ignored, as by newer Glances',
  },
  {
    request: /^GET \S+min_ram=x/,
    part: /^status$/,
    a: /^400$/,
    reason: 'a filter that is no number is refused (ADR 0011); MySQL reads it as 0',
  },
  {
    request: /\\u0000|%00/,
    part: /^status$/,
    a: /^40[04]$/,
    reason: 'NUL is refused, for not every database keeps it (ADR 0011)',
  },
  {
    request: /OPENSTACK-IMAGES/,
    part: /^status$/,
    b: /^415$/,
    reason: 'media types are read without regard to case (ADR 0011)',
  },
  {
    request: /\(nonsense\)/,
    part: /^header content-type$/,
    reason: 'an Accept header that is none is taken for HTML by the framework of Glance',
  },
  { request: /_method=/, part: /^status$/, b: /^405$/, reason: '_method does not override the method (ADR 0007)' },
  {
    request: /\/v2\/cache\/(clean|prune)/,
    part: /^(header allow|status)$/,
    reason: 'Glance 25.1 does not have the paths of 2.18 for the cache',
  },
  {
    request: /^DELETE \S+\/members\/x \(stranger\)/,
    part: /^status$/,
    a: /^404$/,
    b: /^403$/,
    reason: 'a membership of others is not found, as in newer Glances',
  },
  {
    request: /\/metadefs\/resource_types /,
    part: /\.updated_at$/,
    b: /^\(none\)$/,
    reason: 'what the tool of Glance has loaded was never updated',
  },
  {
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
