/** A mistake of the user, or something in the way of what they asked for: one line, no stack trace. */
export class UsageError extends Error {}
