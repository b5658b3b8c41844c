import { markup } from '../../report/markup.ts'
import type { Plot } from '../../report/plot/frame.ts'
import { sheet } from '../../report/plot/sheet.ts'
import { styleSheet } from '../../report/style-sheet.ts'
import { day } from '../../report/words.ts'
import type { Run } from '../records/run.ts'
import type { Summary } from '../summary/schema.ts'
import { banner } from './banner.ts'
import { configurationOf } from './configuration.ts'
import { definitions } from './definitions.ts'
import { machineOf, targetsOf, unseen } from './details.ts'
import { figuresSection, figuresOf as plotsOf } from './figures.ts'
import type { Observed } from './observed.ts'
import { figuresOf } from './table.ts'

export interface Report {
  /** One file that needs no other, no script and no network. */
  html: string
  /** Each a file of its own, as it is in the page. */
  plots: Plot[]
}

/**
 * What an engineer sends to a colleague: the verdict in words, then figures, plots, and how they came
 * about. The same run gives the same bytes.
 *
 * @param observed what `observe` has made of the run's records
 */
export function buildReport({
  run,
  summary,
  observed,
}: {
  run: Run
  summary: Summary
  observed: readonly Observed[]
}): Report {
  const figures = plotsOf(observed)
  const { name, description } = run.scenario
  const [first = 'Nothing was measured.', ...others] = summary.verdict
  const html = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Unblock ${run.machine.unblock}">
<title>${name}: ${day(run.startedAt)} · Unblock</title>
<style>${styleSheet}${sheet}</style>
</head>
<body>
<main>
<header>
<p class="what">unblock measure · ${day(run.startedAt)} · ${targetsOf(run).join(', ')}</p>
<h1>${name}${description !== '' && markup`<small>${description}</small>`}</h1>
</header>
<section class="verdict" aria-label="Verdict">
<p class="first">${first}</p>
${others.map((sentence) => markup`<p>${sentence}</p>\n`)}</section>
${banner(summary)}<section class="figures">
<h2>Figures</h2>
${
  summary.conditions.length === 0
    ? markup`<p>No condition was measured.</p>\n`
    : figuresOf(summary.conditions)
}</section>
<section>
<h2>Plots</h2>
${figuresSection(figures)}</section>
<section class="details">
<h2>How it was measured</h2>
${machineOf(run)}<h3>Command</h3>
<pre><code>${run.command}</code></pre>
<h3>Configuration</h3>
<p class="how">As a scenario file that asks for the same again.</p>
<pre><code>${configurationOf(run.scenario)}</code></pre>
<h2>What the figures mean</h2>
${definitions(summary)}<h2>What this run did not see</h2>
<ul>${unseen(run, summary).map((line) => markup`<li>${line}</li>`)}</ul>
</section>
</main>
<footer><p>Run ${run.id} · made by Unblock ${run.machine.unblock} from the records of each request, which are kept beside this file.</p></footer>
</body>
</html>
`.text
  return { html, plots: [...figures.whole, ...figures.overTime].map(({ plot }) => plot) }
}
