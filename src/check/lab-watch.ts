import { workerData } from 'node:worker_threads'
import { killLab, type LabIdentity } from './processes.ts'

/**
 * The thread of a lab that ends it when the command has died, with all that the task has started: the task
 * may hold the main thread for ever.
 */

const { parent, lab } = workerData as { parent: number; lab: LabIdentity }
setInterval(() => {
  if (process.ppid !== parent) killLab(lab)
}, 200)
