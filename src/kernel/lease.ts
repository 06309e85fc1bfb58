/**
 * Exclusive, expiring ownership of a name, shared by all processes of a deployment.
 * Who holds a lease renews it well before it ends; who dies loses it by itself.
 */
export interface Leases {
  /** @returns false when somebody else holds an unexpired lease on the name */
  acquire(name: string, holder: string, durationMs: number): Promise<boolean>;
  /** @returns false when the lease is no longer the holder's (it expired and was released or taken) */
  renew(name: string, holder: string, durationMs: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  /** Whether anybody holds the name now. */
  isHeld(name: string): Promise<boolean>;
}

/** NestJS token. */
export const LEASES = Symbol('Leases');
