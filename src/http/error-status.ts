import type { AuthErrorCode } from '../auth/auth.errors.js';
import type { ConversionErrorCode } from '../conversion/conversion.errors.js';
import type { KeyManagerErrorCode } from '../key-manager/key-manager.errors.js';
import type { LimitsErrorCode } from '../limits/limits.errors.js';
import type { EventsErrorCode } from '../events/events.errors.js';
import type { ImageErrorCode } from '../modules/images/domain/image.errors.js';
import type { MetadefErrorCode } from '../modules/metadefs/domain/metadef.errors.js';
import type { TaskErrorCode } from '../modules/tasks/domain/task.errors.js';
import type { OutboundErrorCode } from '../outbound/outbound.errors.js';
import type { ProjectionsErrorCode } from '../projections/projections.errors.js';
import type { InspectionErrorCode } from '../stores/inspection/inspection.errors.js';
import type { CacheErrorCode } from '../stores/cache.errors.js';
import type { StoresErrorCode } from '../stores/stores.errors.js';

type ErrorCode =
  | ImageErrorCode
  | TaskErrorCode
  | MetadefErrorCode
  | EventsErrorCode
  | ProjectionsErrorCode
  | StoresErrorCode
  | CacheErrorCode
  | InspectionErrorCode
  | OutboundErrorCode
  | ConversionErrorCode
  | LimitsErrorCode
  | KeyManagerErrorCode
  | AuthErrorCode;

/**
 * How a refusal looks over HTTP. `shows` says where the error's message goes: in the body's first place, behind the
 * standard sentence of the status, or nowhere.
 */
type ErrorPresentation = Readonly<{ status: number; shows: 'explanation' | 'detail' | 'nothing' }>;

const explained = (status: number): ErrorPresentation => ({ status, shows: 'explanation' });
const detailed = (status: number): ErrorPresentation => ({ status, shows: 'detail' });
const hidden = (status: number): ErrorPresentation => ({ status, shows: 'nothing' });

/** The one place where refusals become statuses. A code that is not listed does not compile. */
const ERROR_STATUS = {
  'image.not_found': explained(404),
  'image.id_taken': explained(409),
  'image.owner_refused': detailed(403),
  'image.protected': explained(403),
  'image.status_conflict': explained(409),
  'image.activation_refused': explained(403),
  'image.deletion_refused': explained(400),
  'image.format_fixed': explained(403),
  'image.format_missing': explained(400),
  'image.gone': explained(410),
  'image.upload_superseded': explained(410),
  'image.property_missing': detailed(409),
  'image.property_exists': detailed(409),
  'image.quota_exceeded': explained(413),
  'image.tag_missing': explained(404),
  'image.not_shared': explained(403),
  'image.member_exists': explained(409),
  'image.member_not_found': explained(404),
  'image.location_invalid': explained(400),
  'image.data_mismatch': explained(409),
  'image.not_in_store': explained(404),
  'image.locations_needed': detailed(403),
  'image.last_location': explained(403),
  'image.marker_unknown': explained(400),
  'image.marker_forbidden': explained(403),

  'image.import_refused': explained(400),
  'image.import_conflict': explained(409),

  'task.not_found': explained(404),
  'task.status_conflict': explained(409),
  'task.input_invalid': explained(400),
  'task.marker_unknown': explained(400),

  'metadef.not_found': explained(404),
  'metadef.exists': explained(409),
  'metadef.protected': explained(403),
  'metadef.invalid': explained(400),
  'metadef.rename_unfinished': explained(409),

  'events.wrong_expected_revision': explained(409),
  'events.concurrent_change': explained(409),
  'events.store_unavailable': hidden(503),
  'events.too_large': explained(413),
  'events.unknown_type': hidden(500),
  'events.unknown_schema': hidden(500),
  'events.invalid_stored_event': hidden(500),

  'projections.unavailable': hidden(503),
  'projections.incompatible': hidden(500),
  'projections.position_not_reached': hidden(503),
  'projections.unknown': hidden(500),
  'projections.version_mismatch': hidden(500),
  'projections.rebuild_superseded': hidden(500),

  'store.duplicate': explained(409),
  'store.full': explained(413),
  'store.denied': explained(503),
  'store.add_disabled': explained(410),
  'store.unavailable': hidden(503),
  'store.data_missing': explained(404),
  'store.data_in_use': explained(409),
  'store.operation_unsupported': explained(400),
  'store.unknown': explained(400),
  'store.url_invalid': hidden(500),

  'cache.disabled': explained(404),
  'cache.image_not_active': explained(400),
  'cache.image_not_found': explained(404),
  'cache.nodes_unknown': explained(409),
  'cache.unavailable': hidden(503),

  'data.size_limit_exceeded': explained(413),
  'data.size_mismatch': explained(400),
  'data.format_mismatch': detailed(415),
  'data.format_unsafe': detailed(415),
  'data.upload_aborted': explained(400),
  'data.signature_mismatch': explained(400),
  'data.hashing_failed': hidden(500),
  'data.hash_algorithm_unknown': hidden(500),

  'outbound.url_forbidden': explained(400),
  'outbound.unavailable': explained(503),
  'outbound.refused': explained(400),
  'outbound.data_invalid': explained(400),

  'conversion.decompression_failed': explained(400),
  'conversion.failed': explained(415),
  'conversion.limit_exceeded': explained(413),
  'conversion.unavailable': explained(503),

  'key_manager.signature_refused': explained(400),
  'key_manager.secret_not_found': explained(400),
  'key_manager.unavailable': hidden(503),

  'limits.exceeded': explained(413),
  'limits.unusable': hidden(500),

  'auth.forbidden': explained(403),
  'auth.property_reserved': detailed(403),
  'auth.identity_unavailable': hidden(503),
  'auth.policy_server_unavailable': hidden(503),
} as const satisfies Record<ErrorCode, ErrorPresentation>;

/** @returns undefined for a code that no client should ever meet */
export const presentationOf = (code: string): ErrorPresentation | undefined => PRESENTATIONS.get(code);

const PRESENTATIONS: ReadonlyMap<string, ErrorPresentation> = new Map(Object.entries(ERROR_STATUS));
