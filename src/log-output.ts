import { fstatSync, write as writeFd, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Where log lines go: written in batches, in order, never waited for. */
export interface Output<Entry> {
  add(entry: Entry): void
  /** Resolves when what was written so far is out, or cannot be. */
  flush(): Promise<void>
}

// Lines leave in batches: each batch wakes the reader, which wants a core that is busy, and what it displaces has to
// be fetched again. At 6,000 requests a second, batches of 10 ms cost a server twice the CPU time of those of 50 ms.
const batchMs = 50
// Some 100 KiB.
const batchEntries = 1000
// What a reader that has stopped reading may hold up; more is dropped.
const heldEntries = 50_000
const busyMs = 20
// A reader that does not read is not waited for longer than this when the process ends.
const lastWordsMs = 1000

/** @param render the lines of entries, each with its line end */
export function createOutput<Entry>(
  fd: number,
  render: (entries: readonly Entry[]) => string,
): Output<Entry> {
  const blocks = !isPipe(fd) || !makeNonBlocking(fd)
  let waiting: Entry[] = []
  let rest: Buffer = Buffer.alloc(0)
  let scheduled = false
  let sending: Promise<void> | undefined
  let readerIsGone = false

  function add(entry: Entry): void {
    if (readerIsGone || waiting.length > heldEntries) return
    waiting.push(entry)
    if (waiting.length >= batchEntries) send()
    else if (!scheduled) {
      scheduled = true
      setTimeout(() => {
        scheduled = false
        send()
      }, batchMs)
    }
  }

  function send(): void {
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
  }

  async function sendAll(): Promise<void> {
    while ((rest.length > 0 || waiting.length > 0) && !readerIsGone) {
      if (rest.length === 0) rest = take(batchEntries)
      try {
        if (blocks) await writeAll()
        else rest = rest.subarray(writeSync(fd, rest))
        if (waiting.length >= batchEntries) await nextTurn() // a reader that reads again gets it bit by bit
      } catch (error) {
        if (isBusy(error)) await sleep(busyMs)
        else readerIsGone = true // there is nobody left to tell
      }
    }
  }

  function take(most: number): Buffer {
    const entries = waiting.slice(0, most)
    waiting = waiting.slice(most)
    return Buffer.from(render(entries))
  }

  /** Node's threads have it from here on. */
  async function writeAll(): Promise<void> {
    let batch = rest
    rest = Buffer.alloc(0)
    while (batch.length > 0) batch = batch.subarray((await writeAsync(fd, batch)).bytesWritten)
  }

  async function flush(): Promise<void> {
    if (waiting.length > 0) send()
    await sending
  }

  process.once('exit', () => {
    if (!readerIsGone) writeLast(fd, Buffer.concat([rest, take(heldEntries + 1)]))
  })
  return { add, flush }
}

const writeAsync = promisify(writeFd)

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd)
  return stat.isFIFO() || stat.isSocket()
}

const kept: Socket[] = []

/**
 * A pipe is written to right here, as far as it takes it at once: by way of Node's threads for files, two threads
 * more want a core when all are busy. Node has no call for it but this: nothing is written to the socket.
 */
function makeNonBlocking(fd: number): boolean {
  try {
    kept.push(new Socket({ fd, readable: false, writable: true }).on('error', () => {}))
    return true
  } catch {
    return false
  }
}

function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN'
}

/** The loop does not turn any more. */
function writeLast(fd: number, words: Buffer): void {
  const until = performance.now() + lastWordsMs
  for (let rest = words; rest.length > 0; )
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) return // nobody hears them
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs)
    }
}
