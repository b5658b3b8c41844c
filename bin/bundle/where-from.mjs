// Prints from where a module gets ioredis, by `import` and by `require`; then the same on a thread.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isMainThread, Worker } from 'node:worker_threads'

console.log(import.meta.resolve('ioredis'))
console.log(pathToFileURL(createRequire(import.meta.url).resolve('ioredis')).href)
if (isMainThread) new Worker(new URL(import.meta.url))
