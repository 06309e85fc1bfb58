/** Characters outside the Basic Multilingual Plane, halves of surrogate pairs, and NUL. */
const UNSTORABLE = /[\u{10000}-\u{10FFFF}\uD800-\uDFFF\0]/u;

/** Whether every database behind an image service can keep the text. Clients rely on the refusal of 4-byte characters. */
export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);
