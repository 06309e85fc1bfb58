import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { ImageDetails } from './image-details.read-model.js';

export type DataOf = { [Event in ImageEvent as Event['type']]: Event['data'] };

/** What an event finds: the image as it was, and when the event was recorded. */
export type Context = Readonly<{ document: ImageDetails; at: string }>;

/** The fields that get new values; null when the image is gone. */
export type Change = Partial<ImageDetails> | null;

/** What each event changes of an image that exists. */
export type Changes = { readonly [Type in keyof DataOf]: (data: DataOf[Type], context: Context) => Change };
