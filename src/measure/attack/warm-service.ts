import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'

/** Answers as a server does, in a thread of its own: what the generator's code becomes warm with. */

const head = { 'content-type': 'application/json', 'x-served-by': 'server-1' }
const body = '{"type":"blocking","timing":{"waitMs":0.5,"runMs":0.5},"result":{}}'

const server = createServer((_request, response) => response.writeHead(200, head).end(body))
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
