/** Who wants to have properties on an image. */
type Requester = Readonly<{ userId: string | null; projectId: string | null; roles: readonly string[] }>;

/** Which custom properties of another image somebody may take over, as far as the operator protects some. */
export interface PropertyAccess {
  /** Those of the properties that the requester may read, and may give to a new image. */
  takeable(
    properties: Readonly<Record<string, string>>,
    requester: Requester,
  ): Promise<Readonly<Record<string, string>>>;
}

/** NestJS token. */
export const PROPERTY_ACCESS = Symbol('PropertyAccess');
