import type {
  MetadefAssociation,
  MetadefNamespace,
  MetadefObject,
  MetadefProperty,
  NamespaceContent,
  NamespaceHeader,
} from '../../../events/contracts/metadef-content.js';

/** `namespace` is the name, in any case, under which the stream stands. */
type Command<Type extends string, Fields extends object = object> = Readonly<
  { type: Type; namespace: string; now: string } & Fields
>;

type Definition = Readonly<{ header: NamespaceHeader; content: NamespaceContent }>;

/** Makes a namespace with all that is in it. */
export type CreateNamespace = Command<'CreateNamespace', Definition>;
/** Says anew what a namespace is. Another name in the header renames it; `renameId` names the attempt. */
export type UpdateNamespace = Command<'UpdateNamespace', { header: NamespaceHeader; renameId: string }>;
/** Deletes a namespace with all that is in it. `evenProtected` is for operators. */
export type DeleteNamespace = Command<'DeleteNamespace', { evenProtected: boolean }>;
/** Takes over what a definition file has and the namespace has not; with `preferNew` also what both have. */
export type MergeNamespace = Command<'MergeNamespace', Definition & { preferNew: boolean }>;
/** Puts a namespace in the place of the one that is there. */
export type OverwriteNamespace = Command<'OverwriteNamespace', Definition>;

/** Lets a namespace go on under the name of this stream, or records for good that it cannot. */
export type AdoptNamespace = Command<
  'AdoptNamespace',
  { renameId: string; previousName: string; definition: MetadefNamespace }
>;
/** Ends an attempt to rename, as the stream of the new name has decided. */
export type EndRename = Command<'EndRename', { renameId: string; outcome: RenameOutcome }>;
export type RenameOutcome = 'adopted' | 'refused';

export type AddObject = Command<'AddObject', { object: MetadefObject }>;
export type ReplaceObject = Command<'ReplaceObject', { name: string; object: MetadefObject }>;
export type RemoveObject = Command<'RemoveObject', { name: string }>;
export type RemoveAllObjects = Command<'RemoveAllObjects'>;

export type AddProperty = Command<'AddProperty', { property: MetadefProperty }>;
export type ReplaceProperty = Command<'ReplaceProperty', { name: string; property: MetadefProperty }>;
export type RemoveProperty = Command<'RemoveProperty', { name: string }>;
export type RemoveAllProperties = Command<'RemoveAllProperties'>;

/** `replace` puts the tags in the place of those that are there; an empty list does nothing even so. */
export type AddTags = Command<'AddTags', { names: readonly string[]; replace: boolean }>;
export type RenameTag = Command<'RenameTag', { name: string; newName: string }>;
export type RemoveTag = Command<'RemoveTag', { name: string }>;
export type RemoveAllTags = Command<'RemoveAllTags'>;

export type AssociateResourceType = Command<'AssociateResourceType', { association: MetadefAssociation }>;
export type DissociateResourceType = Command<'DissociateResourceType', { resourceType: string }>;

/** Commands on what is in a namespace. */
export type ItemCommand =
  | AddObject
  | ReplaceObject
  | RemoveObject
  | RemoveAllObjects
  | AddProperty
  | ReplaceProperty
  | RemoveProperty
  | RemoveAllProperties
  | AddTags
  | RenameTag
  | RemoveTag
  | RemoveAllTags
  | AssociateResourceType
  | DissociateResourceType;

export type NamespaceCommand =
  | CreateNamespace
  | UpdateNamespace
  | DeleteNamespace
  | MergeNamespace
  | OverwriteNamespace
  | AdoptNamespace
  | EndRename
  | ItemCommand;

type TypeCommand<Type extends string, Fields extends object = object> = Readonly<{ type: Type; now: string } & Fields>;

/** Makes a type of resources known; without effect on one that is. */
export type RegisterResourceType = TypeCommand<'RegisterResourceType', { name: string; protected: boolean }>;
/** Forgets a type of resources; without effect on one that is not known. */
export type RemoveResourceType = TypeCommand<'RemoveResourceType'>;

export type ResourceTypeCommand = RegisterResourceType | RemoveResourceType;
