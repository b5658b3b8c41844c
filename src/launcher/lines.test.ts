import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prefixLines, WholeLines } from './lines.ts'

test('lines come out whole however the chunks are cut', () => {
  const text = 'first\nsecond, longer\n\nlast\n'
  for (let size = 1; size <= text.length; size++) {
    const lines = new WholeLines()
    const out = []
    for (let at = 0; at < text.length; at += size) {
      const whole = lines.push(text.slice(at, at + size))
      assert.ok(whole === '' || whole.endsWith('\n'))
      out.push(whole)
    }
    assert.equal(out.join('') + lines.end(), text)
  }
})

test('a last line without an end gets one when the stream ends', () => {
  const lines = new WholeLines()
  assert.equal(lines.push('one\ntwo'), 'one\n')
  assert.equal(lines.end(), 'two\n')
  assert.equal(lines.end(), '')
})

test('a line that never ends does not fill the memory', () => {
  const lines = new WholeLines()
  let out = ''
  for (let chunk = 0; chunk < 100; chunk++) out += lines.push('x'.repeat(10_000))
  assert.ok(out.length > 500_000)
})

test('each line gets the prefix, an empty one too', () => {
  assert.equal(prefixLines('a | ', 'one\n\ntwo\n'), 'a | one\na | \na | two\n')
})

test('prefixing 30,000 lines takes a small part of a second', () => {
  const chunk = `${'x'.repeat(99)}\n`.repeat(500)
  const lines = new WholeLines()
  const before = process.cpuUsage()
  for (let count = 0; count < 60; count++) prefixLines('server-1 | ', lines.push(chunk))
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 200_000, `${(user + system) / 1000} ms`)
})
