import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { pipeline as pipelined } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { UsageError } from '../../usage-error.ts'
import type { Check } from './check.ts'

const batchChars = 64 * 1024
const flushEveryMs = 1000

/** A file of lines that is being written. */
export interface Lines<T> {
  /** Never waits, and never throws: what goes wrong with the file, `close` says. */
  write(value: T): void
  /**
   * Ends when everything is on disk. May be called again.
   *
   * @throws {UsageError} where the file could not be written
   */
  close(): Promise<void>
}

/**
 * Writes values as JSON, a line each, through gzip. Compression runs beside the event loop. What is
 * older than about a second can be read from the file even if this process dies.
 */
export function openLines<T>(file: string): Lines<T> {
  const gzip = createGzip({ level: 1 }) // a generator has better things to do than to compress well
  const onDisk = pipelined(gzip, createWriteStream(file, { flush: true })).catch(
    (error: Error) => new UsageError(`cannot write ${file}: ${error.message}`),
  )
  let batch = ''
  let isFlushed = true
  let closed: Promise<void> | undefined

  function hand(): void {
    if (batch !== '' && gzip.writable) gzip.write(batch)
    batch = ''
  }

  const timer = setInterval(() => {
    if (isFlushed || !gzip.writable) return
    hand()
    gzip.flush(constants.Z_SYNC_FLUSH)
    isFlushed = true
  }, flushEveryMs)
  timer.unref()

  async function finish(): Promise<void> {
    clearInterval(timer)
    hand()
    if (gzip.writable) gzip.end()
    const error = await onDisk
    if (error !== undefined) throw error
  }

  return {
    write(value) {
      if (closed !== undefined) return
      batch += `${JSON.stringify(value)}\n`
      isFlushed = false
      if (batch.length >= batchChars) hand()
    },
    close() {
      closed ??= finish()
      return closed
    },
  }
}

/**
 * Reads what `openLines` has written, without keeping it. A file that ends too early, as a crash leaves
 * it, ends quietly with its last whole line.
 *
 * @throws {UsageError} with file and line, where a line is not what `check` asks for; where the file
 *   cannot be read
 */
export async function* readLines<T>(file: string, check: Check<T>): AsyncGenerator<T, void, void> {
  let number = 0
  let rest = ''
  for await (const text of textOf(file, () => number)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      number++
      if (line !== '') yield checkedLine(line, check, `${file}:${number}`)
    }
  }
  // A line without its end is half a line, unless somebody has only left out the last newline.
  if (isWhole(rest)) yield checkedLine(rest, check, `${file}:${number + 1}`)
}

async function* textOf(file: string, line: () => number): AsyncGenerator<string, void, void> {
  // By the way in which it ends, a file that was cut off is no error.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
  gunzip.setEncoding('utf8')
  pipeline(createReadStream(file), gunzip, () => {}) // the loop below gets its errors
  try {
    yield* gunzip
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isDamaged = 'code' in error && error.code === 'Z_DATA_ERROR'
    throw new UsageError(
      isDamaged
        ? `${file}: is not gzip, or damaged after line ${line()}`
        : `cannot read ${file}: ${error.message}`,
    )
  }
}

function checkedLine<T>(line: string, check: Check<T>, where: string): T {
  try {
    return check(JSON.parse(line))
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${where}: is not JSON`)
    if (error instanceof UsageError) throw new UsageError(`${where}: ${error.message}`)
    throw error
  }
}

function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}
