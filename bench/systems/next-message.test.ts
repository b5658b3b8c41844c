import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { nextMessage } from './next-message.ts'

const run = (code: string) =>
  spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })

test('the next message of a child is what it sends, or that it has ended', async () => {
  const child = run('process.send(7, () => process.exit(3))')
  assert.equal(await nextMessage(child), 7)
  await assert.rejects(nextMessage(child), /ended: exit code 3/)
})
