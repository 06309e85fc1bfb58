import type { Role } from '../cli/commands.js';
import type { RoleOptions } from '../cli/global-options.js';

/** The place of a process among those that together do what one would do alone. */
export type ProcessPlace = Readonly<{
  /** As processes of which role read their configuration. */
  configRole: Role;
  /** Listened on by all of them where the configuration leaves the port open. */
  port: number;
  /** What all of them have to say at a start, one says: the others are quiet until then. */
  speaks: boolean;
}>;

/** What a process of several is to do; its only argument, as JSON. */
export type Assignment = Readonly<{ number: number; role: Role; options: RoleOptions; place: ProcessPlace }>;
