import { DomainError } from '../../../kernel/domain-error.js';

/** There is no such namespace, object, property, tag or resource type, or it is not the caller's to see. */
export class MetadefNotFound extends DomainError {
  readonly code = 'metadef.not_found';
}

/** The name is taken; names differ by more than the case of their letters. */
export class MetadefExists extends DomainError {
  readonly code = 'metadef.exists';
}

/** The namespace is protected, and with it everything in it. An administrator can take the protection off. */
export class MetadefProtected extends DomainError {
  readonly code = 'metadef.protected';
}

/** A definition cannot be understood or kept; the message says where. */
export class MetadefInvalid extends DomainError {
  readonly code = 'metadef.invalid';
}

/** The namespace is being renamed by somebody whose work was not finished; try again. */
export class MetadefRenameUnfinished extends DomainError {
  readonly code = 'metadef.rename_unfinished';
}

export type MetadefErrorCode = (
  MetadefNotFound | MetadefExists | MetadefProtected | MetadefInvalid | MetadefRenameUnfinished
)['code'];
