import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { curlLine } from './curl.ts'

/** The arguments that a shell makes of the line. */
function asShellReads(line: string): string[] {
  const program = `${JSON.stringify(process.execPath)} -p 'JSON.stringify(process.argv.slice(1))' --`
  const script = line.replace(/^curl/, () => program)
  return JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))
}

test('the line is the request that the page makes', () => {
  const line = curlLine(
    {
      path: '/api/blocking',
      body: { task: 'primes', params: { limit: 100 }, executor: 'event-loop' },
    },
    'http://localhost:8080',
  )
  assert.equal(
    line,
    `curl http://localhost:8080/api/blocking -H 'content-type: application/json' ` +
      `-d '{"task":"primes","params":{"limit":100},"executor":"event-loop"}'`,
  )
})

test('a shell takes every sign as it is', () => {
  const params = { text: `it's "so" $HOME \`id\` \\ ! é 雪 \n\t * ~ # & ; | < >`, "a'b": '' }
  const body = { task: 'own', params }
  const line = curlLine({ path: '/api/non-blocking', body }, 'http://[::1]:8080')
  const read = asShellReads(line)
  assert.equal(read[0], 'http://[::1]:8080/api/non-blocking')
  assert.deepEqual(JSON.parse(read.at(-1)!), body)
})
