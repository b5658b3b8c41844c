import { EventEmitter } from 'node:events'
import { styleText } from 'node:util'
import { prefixLines, WholeLines } from './lines.ts'

/** Where the output goes: the terminal, a file or a pipe. */
export type Sink = Pick<NodeJS.WriteStream, 'write' | 'writableLength'> & {
  isTTY?: boolean
  once(event: 'drain', told: () => void): unknown
}

interface Events {
  /** So many lines were not written: whatever reads them had fallen behind, and has caught up. */
  dropped: [lines: number]
}

/**
 * The output of all processes in one place, each line behind the name of its process, as Compose
 * does it: `server-2 | …`. Coloured on a terminal, unless NO_COLOR is set.
 *
 * A process never waits for the reader of this output. Where that one does not keep up, lines are
 * dropped, but for those of the launcher itself, which are few.
 */
export class Output extends EventEmitter<Events> {
  readonly #sink: Sink
  #width = 0
  #sources = 0
  #dropping = false
  #dropped = 0

  constructor(sink: Sink) {
    super()
    this.#sink = sink
  }

  /** Makes the column of names as wide as the longest of `names`. */
  fit(names: readonly string[]): void {
    this.#width = Math.max(this.#width, ...names.map((name) => name.length))
  }

  /** A process that writes. `keepLine` says which of its lines are worth showing; none given: all. */
  source(name: string, keepLine?: (line: string) => boolean): Source {
    this.fit([name])
    const colour = COLOURS[this.#sources++ % COLOURS.length]!
    return new Source((lines, isOwn) => {
      if (this.#dropping && !isOwn) {
        this.#dropped += countLines(lines)
        return
      }
      const label = `${name.padEnd(this.#width)} | `
      const stream = this.#sink as NodeJS.WriteStream
      const prefix = this.#sink.isTTY ? styleText(colour, label, { stream }) : label
      if (!this.#sink.write(prefixLines(prefix, lines))) this.#limit()
    }, keepLine)
  }

  /** The sink has more than it can pass on. */
  #limit(): void {
    if (this.#dropping || this.#sink.writableLength < MAX_WAITING) return
    this.#dropping = true
    this.#sink.once('drain', () => {
      const dropped = this.#dropped
      this.#dropping = false
      this.#dropped = 0
      if (dropped > 0) this.emit('dropped', dropped)
    })
  }
}

/** Bytes that may wait for the reader of the output. */
const MAX_WAITING = 4 * 1024 * 1024

/** Writes whole lines; `isOwn`: they are the launcher's own. */
type Write = (lines: string, isOwn: boolean) => void

/** One process's output: whole lines go on at once, the last of them are kept. */
export class Source {
  readonly #write: Write
  readonly #keepLine: ((line: string) => boolean) | undefined
  readonly #standard = { out: new WholeLines(), error: new WholeLines() }
  #recent = ''
  #held: string | undefined

  constructor(write: Write, keepLine?: (line: string) => boolean) {
    this.#write = write
    this.#keepLine = keepLine
  }

  push(channel: 'out' | 'error', chunk: string): void {
    this.#pass(channel, this.#standard[channel].push(chunk))
  }

  /** The process has ended: a last line without an end is a line too. */
  end(): void {
    this.#pass('out', this.#standard.out.end())
    this.#pass('error', this.#standard.error.end())
  }

  /** Writes one line of the launcher's own. */
  say(line: string): void {
    this.#write(`${line}\n`, true)
  }

  /**
   * Keeps standard error back until `release`: what is written there before a process is ready is
   * most likely why it will not be, and then it is shown once, not once for each instance.
   */
  hold(): void {
    this.#held ??= ''
  }

  /** Shows what was held back, if anything. */
  release(): void {
    const held = this.takeHeld()
    if (held !== '') this.#write(held, false)
  }

  /** What was held back, which is then not shown. */
  takeHeld(): string {
    const held = this.#held ?? ''
    this.#held = undefined
    return held
  }

  /** The last lines, oldest first, shown or not. */
  lastLines(number: number): string[] {
    return this.#recent.trimEnd().split('\n').slice(-number)
  }

  #pass(channel: 'out' | 'error', lines: string): void {
    if (lines === '') return
    this.#recent += lines
    if (this.#recent.length > 8 * RECENT) this.#recent = this.#recent.slice(-RECENT)
    const kept = this.#keepLine === undefined ? lines : filterLines(lines, this.#keepLine)
    if (kept === '') return
    if (channel === 'error' && this.#held !== undefined) this.#held += kept
    else this.#write(kept, false)
  }
}

const COLOURS = [
  'gray',
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
] as const

/** At least so many characters of each process's output are kept for `lastLines`. */
const RECENT = 16 * 1024

function filterLines(lines: string, keep: (line: string) => boolean): string {
  return lines
    .split(/(?<=\n)/)
    .filter((line) => keep(line.trimEnd()))
    .join('')
}

function countLines(lines: string): number {
  return lines.split('\n').length - 1
}
