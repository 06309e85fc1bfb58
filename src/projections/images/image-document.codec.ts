import type { ImageDetails } from './image-details.read-model.js';

/** The document as its row keeps it. */
export const encodeDocument = (document: ImageDetails): string => JSON.stringify(document);

/** Trusts what it reads: only the projection writes these, and its version changes with their shape. */
export const decodeDocument = (text: string): ImageDetails => JSON.parse(text) as ImageDetails;
