/**
 * `node:http`, as `require` gives it. An import of it reads each of its exports, and among them are getters
 * that load an HTTP client nobody needs here: 40 ms of a start.
 */
export const http = process.getBuiltinModule('node:http')
