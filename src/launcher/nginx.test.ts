import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlUpstreamConf, isWorthShowing, listenConf, mainConf, upstreamConf } from './nginx.ts'

const runDir = { socket: (name: string) => `/run/${name}.sock` }

test('the upstream has a slot for each server there may ever be', () => {
  assert.equal(
    upstreamConf({ balance: 'least_conn', slots: 2 }, runDir),
    `upstream servers {
  zone servers 256k;
  least_conn;
  server "unix:/run/server-1.sock" max_fails=1 fail_timeout=0;
  server "unix:/run/server-2.sock" max_fails=1 fail_timeout=0;
  keepalive 1024;
}

upstream watchers {
  zone watchers 256k;
  least_conn;
  server "unix:/run/server-1-fleet.sock" max_fails=1 fail_timeout=0;
  server "unix:/run/server-2-fleet.sock" max_fails=1 fail_timeout=0;
}
`,
  )
})

test('the control is where the launcher listens for it', () => {
  assert.equal(
    controlUpstreamConf(runDir),
    `upstream control {
  server "unix:/run/web.sock";
}
`,
  )
})

test('round robin is what nginx does unless told otherwise', () => {
  const conf = upstreamConf({ balance: 'round_robin', slots: 1 }, runDir)
  assert.match(conf, /^upstream servers \{\n {2}zone servers 256k;\n {2}server /)
})

test('nginx listens on addresses of both families', () => {
  assert.equal(listenConf({ host: '127.0.0.1', port: 80 }), 'listen 127.0.0.1:80;\n')
  assert.equal(listenConf({ host: '::1', port: 80 }), 'listen [::1]:80;\n')
  assert.equal(listenConf({ host: '::', port: 80 }), 'listen [::]:80 ipv6only=off;\n')
})

test("nginx's workers stay root only where their master is root", () => {
  assert.equal(mainConf({ asRoot: true }), 'user root;\n')
  assert.equal(mainConf({ asRoot: false }), '')
})

const ABSENT =
  '2026/11/23 07:00:00 [crit] 12#12: *3 connect() to unix:/run/server-7.sock failed (2: No such file or directory) while connecting to upstream, client: 127.0.0.1'
const REFUSED = ABSENT.replace('(2: No such file or directory)', '(111: Connection refused)')
const NO_FEED = ABSENT.replace('server-7', 'server-7-fleet')
const DISABLED =
  '2026/11/23 07:00:00 [warn] 12#12: *3 upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1'
const DENIED = ABSENT.replace('(2: No such file or directory)', '(13: Permission denied)')
const RESET =
  '2026/11/23 07:00:00 [error] 12#12: *3 upstream prematurely closed connection while reading response header from upstream'
const NONE = '2026/11/23 07:00:00 [error] 12#12: *3 no live upstreams while connecting to upstream'

test('what nginx says about slots without a server is left out, and nothing else', () => {
  const show = isWorthShowing()
  assert.deepEqual([ABSENT, REFUSED, NO_FEED, DISABLED].filter(show), [])
  assert.deepEqual([DENIED, RESET, NONE].filter(show), [DENIED, RESET, NONE])
})

test('"no live upstreams" is shown once a second', () => {
  let now = 0
  const show = isWorthShowing(() => now)
  assert.equal(show(NONE), true)
  assert.equal(show(NONE), false)
  now = 999
  assert.equal(show(NONE), false)
  now = 1000
  assert.equal(show(NONE), true)
})
