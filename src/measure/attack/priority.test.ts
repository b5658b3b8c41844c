import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { goFirst } from './priority.ts'

const isRoot = process.getuid?.() === 0

test('a generator that sends little goes first, where it may, until it takes that back', () => {
  const usual = getPriority()
  const takeBack = goFirst(100)
  assert.equal(getPriority(), isRoot ? -10 : usual)
  takeBack()
  assert.equal(getPriority(), usual)
})

test('one that sends much does not', () => {
  const usual = getPriority()
  const takeBack = goFirst(10_000)
  assert.equal(getPriority(), usual)
  takeBack()
  assert.equal(getPriority(), usual)
})

const hasSessions = spawnSync('cat', ['/proc/self/autogroup']).status === 0

test('in a session of its own, the session goes first', {
  skip:
    (!isRoot && 'only root may') || (!hasSessions && 'this system does not share out by session'),
}, () => {
  const script = `
    import { readFileSync } from 'node:fs'
    import { goFirst } from '${new URL('./priority.ts', import.meta.url)}'
    const show = () => console.log(/nice (-?\\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8'))[1])
    show()
    const takeBack = goFirst(100)
    show()
    takeBack()
    show()
  `
  // Not spawnSync: it has no `detached`. setsid(1) makes a session of it.
  const args = [process.execPath, '--input-type=module', '--eval', script]
  const { stdout, stderr } = spawnSync('setsid', ['--wait', ...args], { encoding: 'utf8' })
  assert.equal(stdout, '0\n-10\n0\n', stderr)
})
