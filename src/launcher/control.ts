import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { listProcesses } from './list-processes.ts'
import type { RunDir } from './run-dir.ts'
import { findControl } from './run-state.ts'
import { parseScale, type Scale } from './scale-options.ts'
import type { Stack } from './stack.ts'
import { askJson } from './unix-http.ts'
import { UsageError } from './usage-error.ts'

const MAX_BODY = 4096

/**
 * How other commands talk to the launcher: HTTP and JSON on a socket in the run folder, which only
 * its owner may enter. `routes` is all that it can be asked.
 */
export async function listenForControl(stack: Stack, runDir: RunDir): Promise<void> {
  const routes: Record<string, (body: unknown) => Promise<unknown>> = {
    'GET /processes': () => listProcesses(stack, runDir),
    'POST /scale': (body) => stack.changeScale(readScale(body)),
  }
  const server = createServer(async (request, response) => {
    const route = routes[`${request.method} ${request.url}`]
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (route === undefined) return answer(404, { error: 'the launcher cannot do that' })
    try {
      answer(200, await route(await readBody(request)))
    } catch (error) {
      answer(error instanceof UsageError ? 409 : 500, { error: (error as Error).message })
    }
  })
  await once(server.listen(runDir.socket('control')), 'listening')
}

/** Asks the launcher of the stack that runs in `workDir`. @throws {UsageError} */
export async function askLauncher(
  workDir: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const socket = findControl(workDir)
  const answer = await askJson(socket, { method, path, body }).catch((error) => {
    throw new UsageError(`the launcher does not answer: ${error.message}`)
  })
  if (answer.status === 200) return answer.body
  throw new UsageError((answer.body as { error: string }).error)
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_BODY) throw new UsageError('too long')
  }
  return text === '' ? undefined : JSON.parse(text)
}

/** The body of a scale request is checked as the command line is. */
function readScale(body: unknown): Partial<Scale> {
  if (typeof body !== 'object' || body === null) throw new UsageError('not a scale')
  return Object.entries(body).reduce<Partial<Scale>>(
    (scale, [role, number]) => parseScale(`${role}=${number}`, scale),
    {},
  )
}
