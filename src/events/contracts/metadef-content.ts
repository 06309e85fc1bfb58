import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nullable } from './schema-parts.js';

const fields = <Fields extends Parameters<typeof Type.Object>[0]>(of: Fields) =>
  Type.Object(of, { additionalProperties: false });

const Json = Type.Record(Type.String(), Type.Unknown());
const times = { createdAt: Type.String(), updatedAt: Type.String() };

const association = {
  resourceType: Type.String(),
  prefix: nullable(Type.String()),
  propertiesTarget: nullable(Type.String()),
};
const object = {
  name: Type.String(),
  description: nullable(Type.String()),
  required: nullable(Type.Array(Type.String())),
  properties: nullable(Json),
};
const property = { name: Type.String(), definition: Json };
const tag = { name: Type.String() };

/** For which kind of resource the properties are meant; their names get the prefix there. */
export const AssociationSchema = fields(association);
export type MetadefAssociation = Static<typeof AssociationSchema>;

/** Properties that belong together. What was not said is null. */
export const ObjectSchema = fields(object);
export type MetadefObject = Static<typeof ObjectSchema>;

/** What a key may hold, as the author described it. */
export const PropertySchema = fields(property);
export type MetadefProperty = Static<typeof PropertySchema>;

/** Who may see the namespace; null was left open by a definition file, and is nobody but the owner. */
export const NamespaceVisibility = nullable(Type.Union([Type.Literal('public'), Type.Literal('private')]));

export const header = {
  name: Type.String({ description: 'name of the namespace, as it is written' }),
  displayName: Type.Union([Type.String(), Type.Null()], { description: 'name of the namespace for people' }),
  description: nullable(Type.String()),
  visibility: NamespaceVisibility,
  protected: nullable(Type.Boolean()),
  owner: Type.String(),
};
export const HeaderSchema = fields(header);

/** What is said of a namespace itself. */
export type NamespaceHeader = Static<typeof HeaderSchema>;

/** A namespace with everything in it, each list in the order in which its items came. Times are ISO 8601 UTC. */
export const NamespaceSchema = fields({
  ...header,
  ...times,
  associations: Type.Array(fields({ ...association, ...times })),
  objects: Type.Array(fields({ ...object, ...times })),
  properties: Type.Array(fields({ ...property, ...times })),
  tags: Type.Array(fields({ ...tag, ...times })),
});
export type MetadefNamespace = Static<typeof NamespaceSchema>;

/** What a namespace holds, before it has times. */
export type NamespaceContent = Readonly<{
  associations: readonly MetadefAssociation[];
  objects: readonly MetadefObject[];
  properties: readonly MetadefProperty[];
  tags: readonly string[];
}>;
