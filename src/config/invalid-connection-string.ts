/** A connection string cannot be used. The message repeats nothing of it but names of settings: it may hold a password. */
export class InvalidConnectionString extends Error {}
