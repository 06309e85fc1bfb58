/**
 * NestJS token of the AbortSignal that ends what is still in flight when a stopping process can wait no longer. An application
 * that only makes room for its successor has no such moment: what it has begun may take its time.
 */
export const CUT_OFF = Symbol('CutOff');
