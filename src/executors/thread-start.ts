import { setPriority } from 'node:os'

// Below the event loop, Redis and nginx, so that these answer while every core computes: p90 of a
// light request was 2.0 ms at equal priority and 0.46 ms so. On Linux a thread has its own niceness;
// elsewhere it is the whole process's, which must not fall behind.
if (process.platform === 'linux') setPriority(19)

// Only now: a thread that is started anew while others compute must not load all this before them.
await import('./thread-main.ts')
