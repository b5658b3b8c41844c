import { percent, signed } from '../../report/words.ts'
import type { HeldOut } from './held-out.ts'
import type { VerifiedSetting } from './verification.ts'

/** An error that is worth a word (as a share). */
const notable = 0.1
/** A machine that ran the task so much faster or slower than when the profile was fitted. */
const drifted = 0.02

/** What stands out of a verification, in words: where the model was wrong, and whether it was the model. */
export function notesOf(settings: readonly VerifiedSetting[]): string[] {
  return [
    ...voidNotes(settings),
    ...lossNotes(settings),
    ...errorNotes(settings),
    ...driftNotes(settings),
  ]
}

function voidNotes(settings: readonly VerifiedSetting[]): string[] {
  return settings.flatMap((setting) =>
    setting.void === null
      ? lostRounds(setting)
      : [`${nameOf(setting)} cannot be used: ${setting.void}.`],
  )
}

function lostRounds(setting: VerifiedSetting): string[] {
  const lost = setting.rounds.filter(({ void: why }) => why !== null)
  if (lost.length === 0) return []
  const of = setting.rounds.length
  return [`${nameOf(setting)}: ${lost.length} of ${of} rounds cannot be used: ${lost[0]!.void}.`]
}

function lossNotes(settings: readonly VerifiedSetting[]): string[] {
  return settings
    .filter((setting) => setting.void === null && setting.notCompleted > 0)
    .map(
      (setting) =>
        `${nameOf(setting)}: ${setting.notCompleted} of ${setting.requests} requests were not completed; figures are of the others.`,
    )
}

function errorNotes(settings: readonly VerifiedSetting[]): string[] {
  return settings
    .filter((setting) => setting.void === null)
    .flatMap((setting) =>
      (['p50', 'p95'] as const).flatMap((figure) => {
        const { error, replayError } = setting[figure]
        if (error === null || Math.abs(error) <= notable) return []
        const said = `${nameOf(setting)}: ${figure} was predicted ${percent(Math.abs(error))} too ${error > 0 ? 'high' : 'low'}`
        const { predicted, measured } = setting.aloneMs
        const ratio = measured === null ? 0 : measured / predicted - 1
        if (replayError === null) return [`${said}; too few ran to tell why.`]
        const left = percent(Math.abs(replayError))
        const isRight = Math.abs(replayError) <= notable
        // More work makes it later: only then is it the mean that explains what was predicted too low.
        const byMean = Math.abs(ratio) > drifted && ratio < 0 === error > 0
        const took = byMean
          ? `tasks took ${percent(Math.abs(ratio))} ${ratio > 0 ? 'longer' : 'less'} then than when they were fitted`
          : 'tasks took other times then, or at other moments, than when they were fitted'
        return isRight
          ? [`${said}; ${took}, and with the work of each the error is ${left}.`]
          : [`${said}, and with the work of each it is still ${left}: the model lacks something.`]
      }),
    )
}

function driftNotes(settings: readonly VerifiedSetting[]): string[] {
  const ratios = settings.flatMap(({ void: why, aloneMs: { predicted, measured } }) =>
    why !== null || measured === null ? [] : [measured / predicted - 1],
  )
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  if (ratios.length === 0 || (least > -drifted && most < drifted)) return []
  return [
    `The time of a task itself was off by ${signed(least)} to ${signed(most)} of what was fitted: near what the machine can do, waits change several times as much.`,
  ]
}

/** `thread, 2 servers, 85% load` */
export function nameOf({ executor, servers, workers, load }: HeldOut): string {
  const count = executor === 'queue' ? workers : servers
  const noun = executor === 'queue' ? 'worker' : 'server'
  return `${executor}, ${count} ${noun}${count === 1 ? '' : 's'}, ${Math.round(load * 100)}% load`
}
