import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { startStack } from './stack.ts'

const stack = await startStack({ after })

/** Sends `text` as it is; the answer's status, headers and problem. */
async function send(text: string) {
  const socket = connect(Number(new URL(stack.url).port), '127.0.0.1')
  socket.write(text)
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk
  })
  // Not until it closes: after a refused body, nginx lingers.
  while (!answer.endsWith('}\n')) await once(socket, 'data')
  socket.destroy()
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) }
}

const close = 'Host: here\r\nConnection: close\r\n'
const long = 'x'.repeat(9000)

for (const [what, text, status] of [
  ['no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['a path out of the root', `GET /../.. HTTP/1.1\r\n${close}\r\n`, 400],
  ['a path with a zero byte', `GET /%00 HTTP/1.1\r\n${close}\r\n`, 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['metrics, which are per instance', `GET /metrics HTTP/1.1\r\n${close}\r\n`, 404],
  ['a method that is none', `TRACE / HTTP/1.1\r\n${close}\r\n`, 405],
  ['a body over 16 KiB', `POST / HTTP/1.1\r\n${close}Content-Length: 16385\r\n\r\n`, 413],
  ['a path over 8 KiB', `GET /${long} HTTP/1.1\r\n${close}\r\n`, 414],
  ['a header over 8 KiB', `GET / HTTP/1.1\r\n${close}X: ${long}\r\n\r\n`, 431],
  [
    '64 KiB of headers',
    `GET / HTTP/1.1\r\n${close}${`X: ${'x'.repeat(6500)}\r\n`.repeat(10)}\r\n`,
    431,
  ],
] as const)
  test(`the proxy answers ${what} with ${status} and a problem that says why`, async () => {
    const answer = await send(text)
    assert.equal(answer.status, status)
    assert.equal(answer.problem.status, status)
    assert.match(answer.head, /^content-type: application\/problem\+json\r?$/im)
    assert.match(answer.head, /^x-request-id: \w{32}\r?$/im)
  })

test('a proxy without a server answers 503 and when to try again', async () => {
  const { pid } = await stack.process('server-1')
  process.kill(pid!, 'SIGKILL')
  await stack.waitForLog(/server-1 was killed/)
  const response = await fetch(`${stack.url}/api/tasks`)
  assert.equal(response.status, 503)
  assert.equal(response.headers.get('retry-after'), '1')
  assert.equal(((await response.json()) as { status: number }).status, 503)
})
