import type { RequestRecord } from '../records/record.ts'

/**
 * Why a request has no result. The last two are no failures of the service: the generator had as many
 * requests open as may be, or the run was interrupted while this one was open.
 */
export const losses = ['refused', 'failed', 'not sent', 'interrupted'] as const
export type Loss = (typeof losses)[number]

/** Reasons in records that are not the service's. */
export const notOfTheService = ['not sent', 'interrupted'] as const

/** Undefined: it was completed. */
export function lossOf({
  outcome,
  reason,
}: Pick<RequestRecord, 'outcome' | 'reason'>): Loss | undefined {
  if (outcome === 'completed') return undefined
  if (outcome === 'refused') return 'refused'
  return notOfTheService.find((each) => each === reason) ?? 'failed'
}
