import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { environment, temporaryFolder } from './stack.ts'

test('a benchmark that fails half-way ends what it has started', async (t) => {
  const dir = temporaryFolder(t)
  const systems = new URL('../../bench/systems/fastify-bullmq.ts', import.meta.url)
  // Its servers cannot read this list of tasks; its Redis runs by then.
  const code = `
    import { startFastifyBullmq } from '${systems}'
    await startFastifyBullmq({ answers: { tasks: "no JSON", page: "" } })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: environment(dir),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk))
  const [exitCode] = await once(child, 'close')
  assert.equal(exitCode, 1)
  assert.match(stderr, /node ended: exit code 1/)
  // Each of them has a path in the folder among its arguments or in its environment.
  const running = execFileSync('ps', ['-A', 'eww', '-o', 'command='], { encoding: 'utf8' })
  assert.ok(!running.includes(dir))
  assert.deepEqual(readdirSync(join(dir, 'tmp')), [])
})
