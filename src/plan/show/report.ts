import { type Figure, figures } from '../../report/figure.ts'
import { markup } from '../../report/markup.ts'
import { page, verdictSection } from '../../report/page.ts'
import type { Plot } from '../../report/plot/frame.ts'
import { count, day, figure } from '../../report/words.ts'
import type { Answer, Plan, Question } from '../answer/plan.ts'
import { whatBreaks } from '../answer/words.ts'
import { asked } from './asked.ts'
import { changes } from './changes.ts'
import { fitted } from './fitted.ts'
import { meaning } from './meaning.ts'
import { needed, predicted } from './needed.ts'
import { assumed, outside } from './outside.ts'
import { costAgainstLoad } from './plot/cost-against-load.ts'
import { instancesAgainstLoad } from './plot/instances-against-load.ts'
import { latencyAgainstLoad } from './plot/latency-against-load.ts'
import { tasksAtOnce } from './plot/tasks-at-once.ts'
import { timeAlone } from './plot/time-alone.ts'
import { balancing } from './policies.ts'
import { isEnough, targetOf } from './words.ts'

/** How a plan came about. */
export interface About {
  /** As it was typed. */
  command: string
  /** When: ISO 8601. */
  at: string
  /** Of Unblock. */
  version: string
}

export interface PlanReport {
  /** One file that needs no other, no script and no network. */
  html: string
  /** Each a file of its own, as it is in the page. */
  plots: Plot[]
}

/**
 * What an engineer shows to those who pay for it: the verdict in words, what is needed, how it goes with more load,
 * and how sure all that is. The same plan gives the same bytes.
 */
export function buildPlanReport(plan: Plan, about: About): PlanReport {
  const { question, profile } = plan
  const load = loadFigures(plan)
  const policies = balancing(plan)
  const fit = fitFigures(plan)
  // What is said second is a warning, where there is one; the others can wait until the figures have been seen.
  const [first = 'Nothing was answered.', second, ...others] = plan.verdict
  const body = markup`<header>
<p class="what">unblock plan · ${day(about.at)} · ${count(profile.runs.length, 'run')} of unblock measure</p>
<h1>${profile.task} at ${figure(question.ratePerS)} requests a second<small>${question.targets.map(targetOf).join(', ')}</small></h1>
</header>
${verdictSection(first, second === undefined ? [] : [second])}<section class="figures">
<h2>What is needed</h2>
${needed(plan)}</section>
${
  others.length > 0 &&
  markup`<section class="verdict" aria-label="In words">
<h2>In words</h2>
${others.map((sentence) => markup`<p>${sentence}</p>\n`)}</section>
`
}${
  plan.answers.some(isEnough) &&
  markup`<section class="figures">
<h2>How fast, and how busy</h2>
${predicted(plan)}</section>
`
}${
  load.length > 0 &&
  markup`<section>
<h2>With more load, and with less</h2>
${figures(load)}</section>
`
}<section class="figures">
<h2>If things change</h2>
${changes(plan)}</section>
${policies?.section}<section>
<h2>What this was made from</h2>
${fitted(profile)}<h3>As plots</h3>
${figures(fit)}</section>
<section class="details">
<h2>What lies outside of what was measured</h2>
${outside(plan)}<h2>What is taken for granted</h2>
${assumed(plan)}<h2>How the figures come about</h2>
${meaning(plan)}<h2>What was asked</h2>
${asked(question)}<h3>Command</h3>
<pre><code>${about.command}</code></pre>
</section>
`
  const html = page({
    title: `${profile.task} at ${figure(question.ratePerS)}/s: ${day(about.at)}`,
    version: about.version,
    body,
    footer: `Made by Unblock ${about.version} from ${profile.runs.join(', ')}: ${count(plan.simulated.requests, 'simulated request')}.`,
  })
  const drawn = [...load, ...fit].map(({ plot }) => plot)
  return { html, plots: policies === null ? drawn : [...drawn, policies.plot] }
}

function loadFigures(plan: Plan): Figure[] {
  const ofAll: [Plot | null, string][] = [
    [
      instancesAgainstLoad(plan),
      'The fewest that are enough. Marks are where it was computed; the lines between them only join them.',
    ],
    [
      costAgainstLoad(plan),
      'What that costs, servers that only accept jobs included: one core each.',
    ],
  ]
  const ofEach = plan.answers.map((answer): [Plot | null, string] => [
    latencyAgainstLoad(answer, plan.question),
    howFar(answer, plan.question),
  ])
  return [...ofEach, ...ofAll].flatMap(([plot, caption]) =>
    plot === null ? [] : [{ plot, caption }],
  )
}

function howFar({ executor, headroom }: Answer, question: Question): string {
  if (headroom === null) return 'How it goes with the fewest instances.'
  const then = whatBreaks(headroom.breaks, executor, question)
  return `How it goes with the fewest instances: they are enough as far as the dotted line; then ${then}.`
}

function fitFigures({ profile, question }: Plan): Figure[] {
  const alone = timeAlone(profile.alone)
  return [
    ...(alone === null
      ? []
      : [{ plot: alone, caption: 'The simulation draws the time of each task from these.' }]),
    {
      plot: tasksAtOnce(profile, question.coresEach),
      caption:
        'How far the line stays below the diagonal is what tasks on one machine cost each other.',
    },
  ]
}
