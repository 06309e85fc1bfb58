/** The origin's data are not the image's: their size or their hash is another one. */
export class CopyInvalid extends Error {
  override readonly name = 'CopyInvalid';
}
