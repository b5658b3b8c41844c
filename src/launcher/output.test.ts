import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { Output } from './output.ts'

function open() {
  const written: string[] = []
  const output = new Output({
    write: (lines) => written.push(String(lines)) > 0,
    writableLength: 0,
    once() {},
  })
  return { output, written: () => written.join('') }
}

test('the lines of two processes keep apart, behind names in a column', () => {
  const { output, written } = open()
  const server = output.source('server-10')
  const redis = output.source('redis')
  server.push('out', 'hit GET /')
  redis.push('out', 'saved\n')
  server.push('out', ' 200\nhit')
  server.end()
  assert.equal(written(), 'redis     | saved\nserver-10 | hit GET / 200\nserver-10 | hit\n')
})

test('lines that are not worth showing are left out, yet are among the last lines', () => {
  const { output, written } = open()
  const nginx = output.source('nginx', (line) => !line.includes('noise'))
  nginx.push('error', 'noise 1\nsignal\nnoise 2\n')
  assert.equal(written(), 'nginx | signal\n')
  assert.deepEqual(nginx.lastLines(2), ['signal', 'noise 2'])
})

test('standard error is held back until it is released or taken', () => {
  const { output, written } = open()
  const server = output.source('server-1')
  server.hold()
  server.push('error', 'why\n')
  server.push('out', 'listening\n')
  assert.equal(written(), 'server-1 | listening\n')
  server.release()
  server.push('error', 'later\n')
  assert.equal(written(), 'server-1 | listening\nserver-1 | why\nserver-1 | later\n')
  server.hold()
  server.push('error', 'taken\n')
  assert.equal(server.takeHeld(), 'taken\n')
  server.release()
  assert.ok(!written().includes('taken'))
})

test('there is colour on a terminal, and none elsewhere', () => {
  const open = (isTTY: boolean) => {
    const written: string[] = []
    const write = (lines: string) => written.push(lines) > 0
    // The environment decides for real streams; this one says yes itself.
    const sink = Object.assign(Object.create(process.stdout), {
      write,
      isTTY,
      getColorDepth: () => (isTTY ? 8 : 1),
      hasColors: () => isTTY,
    })
    new Output(sink).source('server-1').push('out', 'hit\n')
    return written.join('')
  }
  assert.equal(open(false), 'server-1 | hit\n')
  assert.equal(open(true), '\u001b[90mserver-1 | \u001b[39mhit\n')
})

test('lines are dropped, and counted once, while nobody reads 4 MB of them', () => {
  // Passes nothing on until it is told to.
  const sink = Object.assign(new EventEmitter(), {
    written: '',
    writableLength: 0,
    write(lines: string | Uint8Array) {
      sink.written += lines
      sink.writableLength += lines.length
      return false
    },
    drain() {
      sink.written = ''
      sink.writableLength = 0
      sink.emit('drain')
    },
  })
  const output = new Output(sink)
  const dropped: number[] = []
  output.on('dropped', (lines) => dropped.push(lines))
  const server = output.source('server-1')
  const launcher = output.source('unblock')
  const MB = 1024 * 1024

  for (let count = 0; count < 100; count++) server.push('out', `${'x'.repeat(MB / 8)}\n`.repeat(2))
  assert.ok(sink.writableLength > 3.9 * MB && sink.writableLength < 4.5 * MB)
  launcher.say('stopping')
  assert.ok(sink.written.endsWith('unblock  | stopping\n'))
  assert.deepEqual(dropped, [])

  const writtenLines = sink.written.split('\n').length - 2
  sink.drain()
  assert.deepEqual(dropped, [200 - writtenLines])
  server.push('out', 'again\n')
  assert.equal(sink.written, 'server-1 | again\n')

  // Some waiting is no reason to drop anything, nor to say so.
  sink.drain()
  assert.equal(dropped.length, 1)
  assert.equal(sink.listenerCount('drain'), 0)
})
