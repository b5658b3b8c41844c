import type { ProxyOptions } from './nginx.ts'
import type { Role, Scale } from './scale-options.ts'

/** What `unblock up` has made of its options and of the machine. */
export interface StackOptions {
  workDir: string
  /** A folder with tasks of the user's own; empty for none. */
  tasksDir: string
  scale: Scale
  /** Milliseconds that one may take to end; it is killed then. */
  stopMs: Record<Role, number>
  proxy: ProxyOptions
  /** Where the programs are. */
  redis: string
  nginx: string
}
