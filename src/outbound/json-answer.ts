import { RemoteDataInvalid } from './outbound.errors.js';

/** @throws RemoteDataInvalid when it is no JSON */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RemoteDataInvalid('The server does not answer in JSON', {}, { cause });
  }
}
