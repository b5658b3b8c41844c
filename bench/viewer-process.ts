import { createParser } from 'eventsource-parser'
import type { Fleet } from '../src/api/fleet.ts'
import { type Answer, createClient } from '../src/measure/attack/client.ts'
import { everyMs } from '../src/page/bystander/schedule.ts'
import { instanceOf, type Looked } from './viewer.ts'

// What an open page asks for (src/page): the stream of the fleet's events, the bystander's health checks, and the
// launcher whenever somebody comes or goes. Besides, a scraper reads the metrics of each instance. It takes the URL,
// and the sockets of the instances.

/** Prometheus asks every 15 s unless told otherwise; this is as often as people set it. */
const scrapeEveryMs = 5000

/** What the stream tells a browser to wait. */
const comeBackMs = 1000

const [url, ...sockets] = process.argv.slice(2) as [string, ...string[]]
const expected = new Set(sockets.map(instanceOf))
const looked: Looked = { events: 0, probes: 0, due: 0, scrapes: 0, failed: 0, cpuS: 0 }
const began = performance.now()
const count = (what: 'probes' | 'scrapes') => (answer: Answer) => {
  if (answer.status === 200) looked[what]++
  else looked.failed++
}

let who = ''
let isReady = false

function see({ instances }: Fleet): void {
  looked.events++
  const now = instances.map(({ id, state }) => `${id} ${state === 'draining'}`).join()
  if (now !== who) page.send({ method: 'GET', path: '/control' }, countFailure)
  who = now
  if (isReady || !expected.isSubsetOf(new Set(instances.map(({ id }) => id)))) return
  isReady = true
  process.send?.('ready')
}

function countFailure({ status }: Answer): void {
  if (status !== 200) looked.failed++
}

const page = createClient(url)

/** A browser comes back to a stream that has ended, as it does when the server's thread takes over from its event loop. */
function follow(): void {
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'fleet') see(JSON.parse(data))
    },
  })
  page.follow(
    { method: 'GET', path: '/api/fleet/events' },
    (text) => parser.feed(text),
    (answer) => {
      countFailure(answer)
      setTimeout(follow, comeBackMs)
    },
  )
}
follow()
setInterval(() => page.send({ method: 'GET', path: '/livez' }, count('probes')), everyMs)

const scraped = sockets.map((socketPath) => createClient('http://localhost', { socketPath }))
function scrape(): void {
  for (const instance of scraped)
    instance.send({ method: 'GET', path: '/metrics' }, count('scrapes'))
}
setInterval(scrape, scrapeEveryMs)
scrape()

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const due = Math.floor((performance.now() - began) / everyMs)
  process.send?.({ ...looked, due, cpuS: (user + system) / 1e6 })
})
process.on('disconnect', () => process.exit())
