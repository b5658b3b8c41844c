import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../test/system/stack.ts'
import { systemNode } from './system-node.ts'

test("the machine's own Node.js is found behind those of packages", (t) => {
  const dir = temporaryFolder(t)
  writeFileSync(join(dir, 'node'), '', { mode: 0o755 })
  assert.equal(
    systemNode(`/nowhere:${join(dir, 'node_modules', '.bin')}:${dir}`),
    join(dir, 'node'),
  )
  assert.equal(systemNode('/nowhere'), process.execPath)
})
