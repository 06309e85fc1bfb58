/** Keeps secrets of users. They are asked for in the name of the user: `token` is the user's, null when it is not known. */
export interface KeyManager {
  /** The token of the caller is needed later, by whoever works for the caller. */
  readonly needsToken: boolean;

  /** There is somebody to delete secrets. */
  readonly deletesSecrets: boolean;

  /**
   * A certificate as PEM or DER.
   * @throws SecretNotFound, KeyManagerUnavailable
   */
  certificate(id: string, token: string | null): Promise<Uint8Array>;

  /** @throws SecretNotFound, KeyManagerUnavailable */
  deleteSecret(id: string, token: string | null): Promise<void>;
}

/** NestJS token. */
export const KEY_MANAGER = Symbol('KeyManager');

const SECRET_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Anything else never was the id of a secret, and must not become part of a path or URL. */
export const isSecretId = (id: string): boolean => SECRET_ID.test(id);
