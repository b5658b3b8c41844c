/** What `npm run bench -- --help` prints. Not TypeScript: it is shown before anything is prepared, on older Node too. */
export const usage = `npm run bench -- [options]

Measures Unblock beside its peers, row after row, in turn, on this machine, and prints a table. A figure is the
ratio of two medians; most have a target.

  --quick        under 3 minutes, instead of under 30
  --smoke        only shows that it runs: its figures say nothing
  --only ROWS    these rows only: light, accept, drain, goodput, bystander, round-trip, start, growth, seeing
  --json         prints JSON instead of the table
  --write        puts the table and plots into README.md and docs/performance; not with --quick or --smoke. With
                 --only, other rows stay as they were written
  --check        exits with 1 where a target is not reached

  npm run bench -- --quick --only light,accept

npm run bench -- NAME [--quick] [--json] [--check]

Measures something else:

  refusals       how long it takes to be refused while everything is saturated
  page           frames a second and CPU time of the page in a browser
  lighthouse     the page's scores
  leak           memory of a page that is open for an hour
  generator      requests a second of \`unblock measure\` beside wrk
  freeze         what \`unblock measure\` sees of a frozen server, beside a closed loop and wrk
  compare        how often \`unblock compare\` calls noise a difference, and the other way round
  simulator      requests a second that \`unblock plan\` simulates
  steadiness     how steady this machine is`
