import { optionsOf } from './option.js';
import { booleanType, integerType, listType, textType } from './option-types.js';

const general = optionsOf('DEFAULT');
const cors = optionsOf('cors');
const middleware = optionsOf('oslo_middleware');
const hindsight = optionsOf('hindsight');

const headerType = listType(textType);

/** Options of what stands between clients and the API. */
export const edgeOptions = {
  allowAnonymousAccess: general(
    'allow_anonymous_access',
    booleanType,
    false,
    'Take requests without a valid token as those of nobody, who may read what the policy lets everybody read.',
  ),
  proxyHeaders: middleware(
    'enable_proxy_headers_parsing',
    booleanType,
    false,
    'Believe Forwarded and X-Forwarded-Proto, -Host and -Prefix about the base URL, and -For about the client. Only behind a proxy ' +
      'that sets them.',
  ),
  gzipResponses: hindsight(
    'gzip_responses',
    booleanType,
    false,
    'Compress JSON documents for clients that accept gzip. Image data never is compressed.',
  ),
  allowedOrigin: cors(
    'allowed_origin',
    headerType,
    [],
    'Origins whose web pages may use the API, such as https://horizon.example.com, or *. Each further group [cors.NAME] ' +
      'names origins with options of its own, by default those of [cors].',
  ),
  allowCredentials: cors('allow_credentials', booleanType, true, 'Web pages may send credentials.'),
  exposeHeaders: cors(
    'expose_headers',
    headerType,
    ['X-Image-Meta-Checksum', 'X-Auth-Token', 'X-Subject-Token', 'X-Service-Token', 'X-OpenStack-Request-ID'],
    'Headers of answers that web pages may read.',
  ),
  maxAge: cors('max_age', integerType(0), 3600, 'How long browsers may remember what is allowed.', { unit: 'seconds' }),
  allowMethods: cors(
    'allow_methods',
    headerType,
    ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'],
    'Methods that web pages may use.',
  ),
  allowHeaders: cors(
    'allow_headers',
    headerType,
    [
      ...['Content-MD5', 'X-Image-Meta-Checksum', 'X-Storage-Token', 'Accept-Encoding', 'X-Auth-Token'],
      ...['X-Identity-Status', 'X-Roles', 'X-Service-Catalog', 'X-User-Id', 'X-Tenant-Id', 'X-OpenStack-Request-ID'],
    ],
    'Headers that web pages may send, beside those that always may be sent.',
  ),
} as const;
