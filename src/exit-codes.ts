export const EXIT_FAILED = 1

/** EX_CONFIG of sysexits.h: an instance cannot work with its settings or tasks, now or later. */
export const EXIT_MISCONFIGURED = 78

/** As a shell tells of a program that Ctrl-C has ended. */
export const EXIT_INTERRUPTED = 130
