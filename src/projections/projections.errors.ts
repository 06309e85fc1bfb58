import { DomainError } from '../kernel/domain-error.js';

/** The read-model database cannot be reached or is too busy. Nothing was changed; try again later. */
export class ReadModelUnavailable extends DomainError {
  readonly code = 'projections.unavailable';
}

/** The read-model database cannot be used as it is named. Waiting does not help; change the configuration or the server. */
export class ReadModelIncompatible extends DomainError {
  readonly code = 'projections.incompatible';
}

/** The log ends before the position that was asked for: it is not a position of this event store. */
export class PositionNotReached extends DomainError {
  readonly code = 'projections.position_not_reached';
}

/** No projection has this name; `details.known` lists those there are. */
export class UnknownProjection extends DomainError {
  readonly code = 'projections.unknown';
}

/** The read model was built by another version of the program. Start the same version everywhere. */
export class ProjectionVersionMismatch extends DomainError {
  readonly code = 'projections.version_mismatch';
}

/** Another rebuild of the same projection was started meanwhile and goes on; this one gave up. */
export class RebuildSuperseded extends DomainError {
  readonly code = 'projections.rebuild_superseded';
}

export type ProjectionsErrorCode = (
  | ReadModelUnavailable
  | ReadModelIncompatible
  | PositionNotReached
  | UnknownProjection
  | ProjectionVersionMismatch
  | RebuildSuperseded
)['code'];
