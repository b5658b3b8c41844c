import { type Markup, markup } from '../../report/markup.ts'
import type { Plan } from '../answer/plan.ts'
import { outsideByExecutors } from '../answer/words.ts'

/** Where figures are not just what was measured: each phrase once, with the executors that it is true of. */
export function outside({ answers }: Plan): Markup {
  const groups = outsideByExecutors(answers)
  if (groups.length === 0)
    return markup`<p>Nothing of what is asked: such loads and numbers of instances were measured.</p>\n`
  return markup`<ul>${groups.map(
    ({ executors, phrases }) => markup`<li>${executors.join(', ')}: ${phrases.join('; ')}</li>`,
  )}</ul>
`
}

/** What is taken for granted. */
export function assumed({ profile, question }: Plan): Markup {
  const lines = [
    ...profile.assumed,
    'Machines are like the one that was measured, and instances on different ones do not slow each other down.',
    'Tasks are as those that were measured: the same parameters, one as likely as the other, and none depends on the one before.',
    'nginx, Redis and the network have room: what they add at the measured loads is all that they add.',
    question.failures === null && 'No instance dies, starts or stops.',
  ].filter((line) => line !== false)
  return markup`<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>
`
}
