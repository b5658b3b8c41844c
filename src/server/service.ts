import type { Config } from '../config.ts'
import type { Executor } from '../executors/executor.ts'
import type { ThreadExecutor } from '../executors/thread.ts'
import type { Vitals } from '../fleet/vitals.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Producer } from '../queue/producer.ts'
import type { Watch } from '../queue/watch.ts'
import type { Catalogue } from '../tasks/catalogue.ts'

/** What the endpoints of a server work with. */
export interface Service {
  config: Config
  /** The name of this server, such as server-2. */
  instance: string
  catalogue: Catalogue
  executors: { 'event-loop': Executor; thread: ThreadExecutor }
  producer: Producer
  watch: Watch
  vitals: Vitals
  metrics: Metrics
  log: Log
  /** Whether the page can add, remove and kill instances, at /control: in a local stack. */
  control: 'local' | 'none'
  /** Aborted when the server has been told to stop: it drains from then on. */
  stopping: AbortSignal
}
