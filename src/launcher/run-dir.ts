import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** The longest path of a Unix socket, in bytes, that every system takes (macOS: 104 with its end). */
const MAX_SOCKET_PATH = 103
const LONGEST_NAME = 'server-64-fleet.sock'

/**
 * The files that live as long as one run: sockets, and nginx's. Short, since the paths of sockets
 * must be, and the same for every run in one folder; nobody but its owner may enter it.
 */
export class RunDir {
  readonly path: string

  constructor(workDir: string, temporary = tmpdir()) {
    const name = `unblock-${hash(`${userInfo().uid} ${realpathSync(workDir)}`)}`
    const path = join(temporary, name)
    const longest = Buffer.byteLength(join(path, LONGEST_NAME))
    this.path = longest > MAX_SOCKET_PATH ? join('/tmp', name) : path
  }

  socket(name: string): string {
    return join(this.path, `${name}.sock`)
  }

  /** Makes it, empty. What an earlier run left there is removed. @throws {UsageError} */
  create(): void {
    try {
      mkdirSync(this.path, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      this.#check()
      this.remove()
      mkdirSync(this.path, { mode: 0o700 })
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  /** In a folder that all can write, somebody else may have put something in this place. */
  #check(): void {
    const found = lstatSync(this.path)
    if (!found.isDirectory() || found.uid !== userInfo().uid)
      throw new UsageError(`${this.path} is not a folder of yours; remove it, or set TMPDIR`)
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
