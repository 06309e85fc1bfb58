/**
 * Who is calling, as an identity adapter has established it.
 * Roles are lower-case and already contain the implied ones. `projectId` is what becomes an image's owner.
 */
export type Credentials = Readonly<{
  userId: string | null;
  projectId: string | null;
  roles: readonly string[];
  /** Roles of the service token beside the user's, if there was one. */
  serviceRoles: readonly string[];
  /** Set for a system-scoped token, which no project rule accepts. */
  systemScope: string | null;
}>;

/** Who is calling, and whether that is an administrator of images: see administrators.ts. */
export type Caller = Credentials & Readonly<{ isAdmin: boolean }>;

/** Who sends requests without a valid token, where that is allowed: may only read. */
export const NOBODY: Caller = {
  userId: null,
  projectId: null,
  roles: [],
  serviceRoles: [],
  systemScope: null,
  isAdmin: false,
};
