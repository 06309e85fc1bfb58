import { DomainError } from '../../../kernel/domain-error.js';

/** There is no such image, or it was deleted, or the caller may not see it. */
export class ImageNotFound extends DomainError {
  readonly code = 'image.not_found';
}

/** The id was used before, perhaps by an image that is deleted by now. Choose another. */
export class ImageIdTaken extends DomainError {
  readonly code = 'image.id_taken';
}

/** Only administrators create images for others, or give images away. */
export class ImageOwnerRefused extends DomainError {
  readonly code = 'image.owner_refused';
}

/** Protected images cannot be deleted by anybody. Remove the protection first. */
export class ImageProtected extends DomainError {
  readonly code = 'image.protected';
}

/** The image's status does not allow this command; `details.status` names it. */
export class ImageStatusConflict extends DomainError {
  readonly code = 'image.status_conflict';
}

/** Deactivating or reactivating from a status that knows neither. */
export class ImageActivationRefused extends DomainError {
  readonly code = 'image.activation_refused';
}

/** The status does not lead to `deleted` or `pending_delete`. */
export class ImageDeletionRefused extends DomainError {
  readonly code = 'image.deletion_refused';
}

/** disk_format and container_format are fixed once there is data. */
export class ImageFormatFixed extends DomainError {
  readonly code = 'image.format_fixed';
}

/** Data cannot be stored before both formats are known; `details.missing` names what is missing. */
export class ImageFormatMissing extends DomainError {
  readonly code = 'image.format_missing';
}

/** The image was deleted while its data was on the way. The bytes are discarded. */
export class ImageGone extends DomainError {
  readonly code = 'image.gone';
}

/** The claim of this upload, staging or import is no longer the image's: its lease ran out, or another one won. */
export class ImageUploadSuperseded extends DomainError {
  readonly code = 'image.upload_superseded';
}

/** The custom property to replace or remove does not exist. */
export class ImagePropertyMissing extends DomainError {
  readonly code = 'image.property_missing';
}

/** The property to add exists already (only the old patch format minds). */
export class ImagePropertyExists extends DomainError {
  readonly code = 'image.property_exists';
}

/** A quota on properties, tags, members, locations or storage is used up; `details` has attempted and maximum. */
export class ImageQuotaExceeded extends DomainError {
  readonly code = 'image.quota_exceeded';
}

/** The tag to remove is not on the image. */
export class ImageTagMissing extends DomainError {
  readonly code = 'image.tag_missing';
}

/** Only shared images have members. */
export class ImageNotShared extends DomainError {
  readonly code = 'image.not_shared';
}

/** The project is a member already. */
export class ImageMemberExists extends DomainError {
  readonly code = 'image.member_exists';
}

/** The project is no member of this image, or the caller may not see that it is. */
export class ImageMemberNotFound extends DomainError {
  readonly code = 'image.member_not_found';
}

/** The same location is on the image already, or the named one is not. */
export class ImageLocationInvalid extends DomainError {
  readonly code = 'image.location_invalid';
}

/** The data of a location is not what is said of it, or what is said cannot be. */
export class ImageDataMismatch extends DomainError {
  readonly code = 'image.data_mismatch';
}

/** The image has no data in this store. */
export class ImageNotInStore extends DomainError {
  readonly code = 'image.not_in_store';
}

/** An image has locations, which can be rearranged, not all taken away. */
export class ImageLocationsNeeded extends DomainError {
  readonly code = 'image.locations_needed';
}

/** The last location cannot be removed: an active image keeps its data. */
export class ImageLastLocation extends DomainError {
  readonly code = 'image.last_location';
}

/** The import asks for something that does not fit the image or the stores (a copy to where the data is, say). */
export class ImageImportRefused extends DomainError {
  readonly code = 'image.import_refused';
}

/** The image is locked by another import, or not in a state to be imported like this. */
export class ImageImportConflict extends DomainError {
  readonly code = 'image.import_conflict';
}

/** The image that a page should start after does not exist. */
export class ImageMarkerUnknown extends DomainError {
  readonly code = 'image.marker_unknown';
}

/** The image that a page should start after is not the caller's to see. */
export class ImageMarkerForbidden extends DomainError {
  readonly code = 'image.marker_forbidden';
}

/** Every code that the image context refuses with; the HTTP edge gives each a status. */
export type ImageErrorCode = (
  | ImageNotFound
  | ImageIdTaken
  | ImageOwnerRefused
  | ImageProtected
  | ImageStatusConflict
  | ImageActivationRefused
  | ImageDeletionRefused
  | ImageFormatFixed
  | ImageFormatMissing
  | ImageGone
  | ImageUploadSuperseded
  | ImagePropertyMissing
  | ImagePropertyExists
  | ImageQuotaExceeded
  | ImageTagMissing
  | ImageNotShared
  | ImageMemberExists
  | ImageMemberNotFound
  | ImageLocationInvalid
  | ImageDataMismatch
  | ImageNotInStore
  | ImageLocationsNeeded
  | ImageLastLocation
  | ImageImportRefused
  | ImageImportConflict
  | ImageMarkerUnknown
  | ImageMarkerForbidden
)['code'];
