import { Type } from 'typebox';
import { nullable } from './schema-parts.js';

/** Whom an image is offered to, beside its owner. */
export const VisibilitySchema = Type.Union([
  Type.Literal('public'),
  Type.Literal('community'),
  Type.Literal('shared'),
  Type.Literal('private'),
]);

/** Custom properties by name. */
export const PropertiesSchema = Type.Record(Type.String(), Type.String());

/** Where bytes are: the store's id, the URI without credentials, and what the store wants to remember. */
export const LocationSchema = Type.Object({
  store: Type.String(),
  url: Type.String(),
  metadata: Type.Record(Type.String(), Type.Unknown()),
});

/** What an import was asked for. A URI stands here without credentials; those are kept outside of the log. */
export const ImportRequestSchema = Type.Object({
  method: Type.Union([
    Type.Literal('glance-direct'),
    Type.Literal('web-download'),
    Type.Literal('copy-image'),
    Type.Literal('glance-download'),
    Type.Literal('clone'),
  ]),
  stores: Type.Array(Type.String()),
  storesNamedBy: Type.Optional(
    Type.Union([Type.Literal('list'), Type.Literal('all_stores'), Type.Literal('header'), Type.Literal('default')]),
  ),
  allStoresMustSucceed: Type.Boolean(),
  uri: nullable(Type.String()),
  checksum: nullable(
    Type.Object({
      algorithm: Type.Union([Type.Literal('md5'), Type.Literal('sha256'), Type.Literal('sha512')]),
      value: Type.String(),
    }),
  ),
  remoteImage: nullable(Type.Object({ region: Type.String(), imageId: Type.String(), interface: Type.String() })),
});

/** What tells whether two data are the same. A client that registers data may know no MD5 of it. */
export const DigestSchema = Type.Object({
  checksum: nullable(Type.String()),
  hashAlgorithm: Type.String(),
  hashValue: Type.String(),
});

/** A place in the list of locations. */
export const position = (description: string) => Type.Optional(Type.Integer({ description }));

/** Of what may be said by a client or found out by an import. */
export const DescribingTask = Type.Optional(
  Type.String({ description: 'import that found this out, and takes it back if it fails; absent: a client said it' }),
);
