import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startStack, temporaryFolder, unblock } from './stack.ts'

test('scaling up and down under load fails no request, and drains the highest numbers', async (t) => {
  const stack = await startStack(t, { servers: 2 })
  const statuses = new Map<number, number>()
  let goesOn = true
  const clients = Array.from({ length: 4 }, async () => {
    while (goesOn) {
      const post = { method: 'POST', body: '{"task":"primes","params":{"limit":100}}' }
      const headers = { 'content-type': 'application/json' }
      const status = await fetch(`${stack.url}/api/blocking`, { ...post, headers }).then(
        (response) => response.arrayBuffer().then(() => response.status),
        () => 0,
      )
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })
  const before = await stack.ps()

  const up = await stack.scale({ server: 4, worker: 2 })
  assert.equal(
    up.stdout,
    'server: 2 → 4 (started server-3, server-4)\nworker: 1 → 2 (started worker-2)\n',
  )
  await stack.waitForLog(/server-4 +\| .*hit POST/)

  const down = await stack.scale({ server: 1 })
  assert.equal(down.stdout, 'server: 4 → 1 (stopped server-2, server-3, server-4)\n')
  const after = await stack.ps()
  goesOn = false
  await Promise.all(clients)

  assert.deepEqual([...statuses.keys()], [200])
  assert.deepEqual(
    after.map(({ name }) => name),
    ['server-1', 'worker-1', 'worker-2', 'redis', 'nginx'],
  )
  const pidOf = (list: typeof before, wanted: string) =>
    list.find(({ name }) => name === wanted)!.pid
  assert.equal(pidOf(after, 'server-1'), pidOf(before, 'server-1'))
  assert.equal(pidOf(after, 'worker-1'), pidOf(before, 'worker-1'))
})

test('scaling to what there is already changes nothing', async (t) => {
  const stack = await startStack(t)
  const { stdout, code } = await stack.scale({ server: 1 })
  assert.deepEqual([stdout, code], ['server: 1 already\n', 0])
})

test('two changes of scale at once are made one after the other', async (t) => {
  const stack = await startStack(t)
  await Promise.all([stack.scale({ server: 3 }), stack.scale({ worker: 2 })])
  const names = (await stack.ps()).map(({ name }) => name)
  assert.deepEqual(names.slice(0, 5), ['server-1', 'server-2', 'server-3', 'worker-1', 'worker-2'])
})

test('more servers than the proxy has slots for are refused with what to do', async (t) => {
  const stack = await startStack(t)
  const { code, stderr } = await stack.scale({ server: 17 })
  assert.equal(code, 1)
  assert.equal(
    stderr,
    'error: the proxy was started for at most 16 servers; for more, start with: unblock up --scale server=17\n',
  )
})

test('ps shows every process with its vitals', async (t) => {
  const stack = await startStack(t)
  await fetch(`${stack.url}/api/tasks`)
  const { stdout } = await unblock(['ps'], stack.dir)
  const [header, ...rows] = stdout.trimEnd().split('\n')
  assert.equal(
    header?.replaceAll(/ +/g, ' '),
    'NAME PID STATE UPTIME RESTARTS CPU RSS LOOP-P99 RUNNING HITS',
  )
  assert.deepEqual(
    rows.map((row) => row.split(/ +/)[0]),
    ['server-1', 'worker-1', 'redis', 'nginx'],
  )

  // The vitals are told once a second.
  for (;;) {
    const server = await stack.process('server-1')
    if ((server.hits ?? 0) > 0 && server.rssBytes !== null) break
  }
  for (const { pid } of await stack.ps()) assert.ok(process.kill(pid!, 0))
})

for (const args of [['ps'], ['scale', 'server=2'], ['restart']])
  test(`unblock ${args.join(' ')} where nothing runs says so`, async (t) => {
    const dir = temporaryFolder(t)
    const { code, stdout, stderr } = await unblock(args, dir)
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^error: nothing runs in \S+; start it with: unblock up\n$/)
  })
