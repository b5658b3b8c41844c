import { write as writeFd, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Where log lines go: written in batches, in order, never waited for. */
export interface Output {
  /** @param line with its line end */
  write(line: string): void
  /** Resolves when what was written so far is out, or cannot be. */
  flush(): Promise<void>
}

// Lines leave in batches: logging every request twice must not cost two system calls here and two
// wake-ups of the reader.
const batchMs = 10
const batchLength = 16 * 1024
// What a reader that has stopped reading may hold up; more is dropped.
const heldLength = 8 << 20
const busyMs = 20

const writeAsync = promisify(writeFd)

export function createOutput(fd: number): Output {
  let waiting = ''
  let scheduled = false
  let sending: Promise<void> | undefined
  let readerIsGone = false

  function write(line: string): void {
    if (readerIsGone || waiting.length > heldLength) return
    waiting += line
    if (waiting.length >= batchLength) send()
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
    while (waiting !== '' && !readerIsGone) {
      let batch = Buffer.from(waiting)
      waiting = ''
      while (batch.length > 0 && !readerIsGone)
        try {
          const { bytesWritten } = await writeAsync(fd, batch)
          batch = batch.subarray(bytesWritten)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EAGAIN') await sleep(busyMs)
          else readerIsGone = true // there is nobody left to tell
        }
    }
  }

  async function flush(): Promise<void> {
    if (waiting !== '') send()
    await sending
  }

  process.once('exit', () => {
    if (readerIsGone || waiting === '') return
    try {
      writeSync(fd, waiting)
    } catch {
      // the last words, and nobody hears them
    }
  })
  return { write, flush }
}
