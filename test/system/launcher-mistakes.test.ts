import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunDir } from '../../src/launcher/run-dir.ts'
import { temporaryFolder, unblock } from './stack.ts'

const mistakes: [args: string[], right: RegExp][] = [
  [
    ['up', '--scale', 'server=0'],
    /"server=0": the number of servers is a whole number from 1 to 64/,
  ],
  [['up', '--scale', 'server=abc'], /"server=abc": the number of servers is a whole number/],
  [['up', '--scale', 'server=1000'], /from 1 to 64/],
  [['up', '--scale', 'foo=1'], /"foo=1" is neither server=N nor worker=N/],
  [['up', '--port', 'http'], /--port http: a port is a whole number from 0 to 65535/],
  [['up', '--port', '65536'], /from 0 to 65535/],
  [
    ['up', '--host', 'no.such.host.invalid', '--port', '0'],
    /--host no\.such\.host\.invalid is not/,
  ],
  [['up', '--balance', 'luck'], /Allowed choices are least_conn, round_robin/],
  [['up', '--tasks', 'nowhere'], /there is no folder of tasks at \S+\/nowhere/],
  [['up', '--sclae', 'server=2'], /unknown option '--sclae'/],
  [['up', 'server=3'], /npm start -- --scale server=3/],
  [['up', 'now'], /"up" takes options only, not "now"/],
  [['scale', 'server=0'], /from 1 to 64/],
  [['scale'], /missing required argument/],
  [['restart', 'redis'], /"redis" is neither server, worker nor the name of one, as server-2 is/],
  [['ps', '--yaml'], /unknown option '--yaml'/],
  [['pup'], /unknown command 'pup'/],
]

for (const [args, right] of mistakes)
  test(`unblock ${args.join(' ')}: one clear line, and nothing is started`, async (t) => {
    const dir = temporaryFolder(t)
    const { code, stdout, stderr } = await unblock(args, dir)
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, right)
    assert.match(stderr, /^error: [^\n]+\n(\(Did you mean .*\n)?$/)
    assert.deepEqual(readdirSync(dir), ['tmp'])
  })

test('a port in use: one clear line, and nothing is started', async (t) => {
  const dir = temporaryFolder(t)
  const other = createServer()
  t.after(() => other.close())
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await unblock(['up', '--port', String(port)], dir)
  assert.equal(code, 1)
  assert.equal(
    stderr,
    `error: port ${port} is in use; choose another with --port, or --port 0 for any free one\n`,
  )
  assert.deepEqual(readdirSync(dir), ['tmp'])
})

test('what goes wrong after the folder was claimed leaves it free', async (t) => {
  const dir = temporaryFolder(t)
  const { path } = new RunDir(dir, join(dir, 'tmp'))
  writeFileSync(path, 'not a folder')
  const { code, stderr } = await unblock(['up', '--port', '0'], dir)
  assert.equal(code, 1)
  assert.match(stderr, /^error: \S+ is not a folder of yours; [^\n]+\n$/)
  assert.deepEqual(readdirSync(dir), ['tmp'])
  assert.equal(readFileSync(path, 'utf8'), 'not a folder')
})

test('an instance that cannot listen where it should says why in one line', async (t) => {
  const dir = temporaryFolder(t)
  const other = createServer()
  t.after(() => other.close())
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const { port } = other.address() as AddressInfo
  const stale = join(dir, 'stale.sock')
  writeFileSync(stale, '')
  const addresses: [env: Record<string, string>, right: string][] = [
    [
      { PORT: String(port) },
      `port ${port} is in use; choose another with PORT, or PORT=0 for any free one`,
    ],
    [{ HOST: '192.0.2.1' }, 'HOST=192.0.2.1 is not an address of this machine'],
    [
      { SOCKET_PATH: stale },
      `SOCKET_PATH=${stale} is in use, or was left by a process that was killed; if so, remove it`,
    ],
    [
      { SOCKET_PATH: join(dir, 'no/such.sock') },
      `SOCKET_PATH=${dir}/no/such.sock cannot be made: its folder is not there, or may not be written in`,
    ],
  ]
  const runs = addresses.flatMap(([env, right], index) =>
    // The other role says the same.
    (index === 0 ? ['server', 'worker'] : ['server']).map(async (role) => {
      const redis = { REDIS_URL: `unix:${dir}/no-redis.sock` }
      const { code, stderr } = await unblock([role], dir, { env: { ...redis, ...env } })
      assert.deepEqual([role, code, stderr], [role, 1, `error: ${right}\n`])
    }),
  )
  await Promise.all(runs)
})

test('every mistake in the settings is told at once', async (t) => {
  const dir = temporaryFolder(t)
  const env = { LOG_LEVEL: 'loud', THREADS: '0' }
  const { code, stderr } = await unblock(['up', '--port', '0'], dir, { env })
  assert.equal(code, 1)
  assert.match(stderr, /^error: THREADS=0 is not .*\nerror: LOG_LEVEL=loud is not .*\n$/)
})

test('an instance with wrong settings says so and exits with the code for that', async (t) => {
  const env = { REDIS_URL: 'localhost' }
  for (const role of ['server', 'worker']) {
    const { code, stderr } = await unblock([role], temporaryFolder(t), { env })
    assert.equal(code, 78)
    assert.match(stderr, /^error: REDIS_URL\S* is not .*\n$/)
  }
})

test('without Redis on the machine, it says how to install it', async (t) => {
  const dir = temporaryFolder(t)
  const programs = join(dir, 'programs')
  mkdirSync(programs)
  symlinkSync('/bin/true', join(programs, 'nginx'))
  writeFileSync(join(programs, 'apt-get'), '', { mode: 0o755 })
  const { code, stderr } = await unblock(['up', '--port', '0'], dir, { env: { PATH: programs } })
  assert.equal(code, 1)
  assert.equal(
    stderr,
    'error: redis-server (holds the queue) not found. Install with: sudo apt-get install -y redis-server\n',
  )
})

test('a folder that cannot be written in is named', async (t) => {
  const dir = temporaryFolder(t)
  writeFileSync(join(dir, '.unblock'), 'a file')
  const { code, stderr } = await unblock(['up', '--port', '0'], dir)
  assert.equal(code, 1)
  assert.match(stderr, /^error: cannot write in \S+: [^\n]+\n$/)
})

test('the help of every command has an example', async (t) => {
  const dir = temporaryFolder(t)
  const { stdout, code } = await unblock(['--help'], dir)
  assert.equal(code, 0)
  const commands = [...stdout.matchAll(/^ {2}(\w+).* {2}\w/gm)].map(([, command]) => command!)
  for (const command of ['up', 'scale', 'restart', 'ps', 'server', 'worker'])
    assert.ok(commands.includes(command), command)
  for (const command of commands.filter((each) => each !== 'help')) {
    const help = await unblock([command, '--help'], dir)
    assert.equal(help.code, 0)
    assert.match(help.stdout, /Example:\n {2}\$ /, command)
  }
})
