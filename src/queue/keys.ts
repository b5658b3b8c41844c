/**
 * Every key in Redis that this folder uses. Those of BullMQ start with its prefix and the queue's name;
 * their layout is BullMQ 6's: https://docs.bullmq.io/guide/architecture
 */

/** BullMQ's prefix and name of the queue. */
export const prefix = 'unblock'
export const queueName = 'tasks'

const bull = (name: string) => `${prefix}:${queueName}:${name}`

/** A hash: the job. */
export const jobKey = (id: string) => bull(id)
/** Held by the worker that runs the job, as long as it renews it. */
export const lockKey = (id: string) => bull(`${id}:lock`)
/** A list: new jobs come in on the left, workers take from the right. */
export const waitKey = bull('wait')
/** A list: jobs that run. */
export const activeKey = bull('active')
/** A sorted set with one entry while there is something to take: workers wait for it. */
export const markerKey = bull('marker')
/** A hash: settings of the queue, such as that it is paused. */
export const metaKey = bull('meta')
/** Counts the jobs with a priority, so that those of one priority keep their order. */
export const priorityCounterKey = bull('pc')
/** A set: running jobs that will be looked for, by BullMQ, in case their worker has died. */
export const stalledKey = bull('stalled')
/** Sorted sets: jobs that wait by priority, and jobs that ended by the time of it. */
export const prioritizedKey = bull('prioritized')
export const completedKey = bull('completed')
export const failedKey = bull('failed')
/** BullMQ's stream of events: https://docs.bullmq.io/guide/events */
export const eventsKey = bull('events')

/** A large result, apart from its job. */
export const resultKey = (id: string) => `unblock:result:${id}`
/** A hash: what a client may still spend. It expires when that is everything. */
export const clientKey = (client: string) => `unblock:client:${client}`
/** What the ids of jobs with an `Idempotency-Key` are made with. */
export const secretKey = 'unblock:id-secret'
/** Where the ids of cancelled jobs are published, for the worker that runs one of them. */
export const cancelChannel = 'unblock:cancelled'
