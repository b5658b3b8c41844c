import assert from 'node:assert/strict'
import { on } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { UsageError } from '../../usage-error.ts'
import { checkOf } from './check.ts'
import { openLines, readLines } from './lines.ts'
import { RequestRecord } from './record.ts'
import { exampleRecord } from './run.fixture.ts'

const check = checkOf(RequestRecord)
let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unblock-lines-'))
  file = join(folder, 'records.jsonl.gz')
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (path = file) => Array.fromAsync(readLines(path, check))

/** Records that gzip cannot make much smaller. */
const record = (n: number) =>
  exampleRecord({ due: n, waitMs: Math.sin(n) * 1e3, runMs: Math.cos(n) * 1e3 })

describe('lines of records', () => {
  it('come back as they were written, in their order', async () => {
    const lines = openLines<RequestRecord>(file)
    const records = Array.from({ length: 20_000 }, (_, n) => record(n))
    for (const each of records) lines.write(each)
    await lines.close()
    assert.deepEqual(await read(), records)
  })

  it('are none in a file in which nothing was written', async () => {
    await openLines(file).close()
    assert.deepEqual(await read(), [])
  })

  it('may be closed twice, and take nothing after that', async () => {
    const lines = openLines<RequestRecord>(file)
    lines.write(record(1))
    await Promise.all([lines.close(), lines.close()])
    lines.write(record(2))
    await lines.close()
    assert.equal((await read()).length, 1)
  })

  it('keep letters of every kind, and line breaks within a value', async () => {
    const lines = openLines<RequestRecord>(file)
    const reason = 'zürich\n日本 \u2028 "\\" 🙂'
    for (let n = 0; n < 5000; n++) lines.write(exampleRecord({ reason }))
    await lines.close()
    const records = await read()
    assert.equal(records.length, 5000)
    assert.ok(records.every((each) => each.reason === reason))
  })

  it('can be read from a file that is not closed yet, a second after they were written', {
    timeout: 20_000,
  }, async () => {
    const lines = openLines<RequestRecord>(file)
    // It also keeps this process up, which the writer's own timer does not.
    const watcher = watch(folder)
    lines.write(record(1))
    lines.write(record(2))
    // The head of gzip alone has 10 bytes.
    for await (const _ of on(watcher, 'change')) if (readFileSync(file).length > 20) break
    watcher.close()
    assert.deepEqual(await read(), [record(1), record(2)])
    lines.write(record(3))
    await lines.close()
    assert.deepEqual(await read(), [record(1), record(2), record(3)])
  })

  it('can be read from a file that was cut off anywhere, up to the last whole one', async () => {
    const lines = openLines<RequestRecord>(file)
    for (let n = 0; n < 3000; n++) lines.write(record(n))
    await lines.close()
    const whole = readFileSync(file)
    const cut = join(folder, 'cut.gz')
    let before = 0
    for (let share = 0; share <= 20; share++) {
      writeFileSync(cut, whole.subarray(0, Math.floor((whole.length * share) / 20)))
      const records = await read(cut)
      assert.deepEqual(
        records,
        Array.from({ length: records.length }, (_, n) => record(n)),
      )
      assert.ok(records.length >= before, `${share} of 20: ${records.length}`)
      // Compression hands on a block at a time; of what is there, most is to be had.
      assert.ok(records.length >= 3000 * (share / 20 - 0.2), `${share} of 20: ${records.length}`)
      before = records.length
    }
    assert.equal(before, 3000)
  })

  it('are told apart from half a last line', async () => {
    const [first, second] = [record(1), record(2)].map((each) => JSON.stringify(each))
    writeFileSync(file, gzipSync(`${first}\n${second?.slice(0, -5)}`))
    assert.deepEqual(await read(), [record(1)])
    writeFileSync(file, gzipSync(`${first}\n${second}`))
    assert.deepEqual(await read(), [record(1), record(2)])
  })

  it('are refused by file and line where they are not what they should be', async () => {
    const good = JSON.stringify(record(1))
    const bad = JSON.stringify({ ...record(2), outcome: 'lost', status: undefined })
    for (const [text, mistake] of [
      [
        `${good}\n${bad}\n`,
        `${file}:2: status: is missing: an integer of at least 0; ` +
          'outcome: must be one of "completed", "refused", "failed"',
      ],
      [`${good}\n\n{"trial":\n${good}\n`, `${file}:3: is not JSON`],
      [`${good}\n[]\n`, `${file}:2: it must be an object`],
    ] as const) {
      writeFileSync(file, gzipSync(text))
      await assert.rejects(read(), new UsageError(mistake))
    }
  })

  it('are refused where the file is no gzip, is damaged, or is not there', async () => {
    writeFileSync(file, JSON.stringify(record(1)))
    await assert.rejects(read(), new UsageError(`${file}: is not gzip, or damaged after line 0`))
    await assert.rejects(read(join(folder, 'none')), /^Error: cannot read .*ENOENT/)
    writeFileSync(file, gzipSync(`${JSON.stringify(record(1))}\n`))
    const damaged = readFileSync(file)
    damaged.fill(0xff, 20, 60)
    writeFileSync(file, damaged)
    await assert.rejects(read(), /is not gzip, or damaged after line/)
  })

  it('that cannot be written fail the close, not the write', async () => {
    const lines = openLines<RequestRecord>(join(folder, 'none', 'records.gz'))
    for (let n = 0; n < 2000; n++) lines.write(record(n))
    await assert.rejects(lines.close(), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, /^cannot write .*ENOENT/)
      return true
    })
  })

  it('may be left half read', async () => {
    const lines = openLines<RequestRecord>(file)
    for (let n = 0; n < 5000; n++) lines.write(record(n))
    await lines.close()
    const seen: number[] = []
    for await (const { due } of readLines(file, check)) {
      seen.push(due)
      if (due === 2) break
    }
    assert.deepEqual(seen, [0, 1, 2])
  })

  it('never hold up the event loop for long while they are written', async () => {
    const lines = openLines<RequestRecord>(file)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    for (let turn = 0; turn < 200; turn++) {
      for (let n = 0; n < 100; n++) lines.write(record(turn * 100 + n))
      await new Promise(setImmediate)
    }
    await lines.close()
    delay.disable()
    // 100 lines a turn are well below a millisecond; the rest is leave for a busy machine.
    assert.ok(delay.percentile(90) < 20e6, `${delay.percentile(90) / 1e6} ms`)
  })
})
