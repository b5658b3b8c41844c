import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { until } from '../../test/fixtures/until.ts'
import { groupIsAlive, type Identity, identify, signalGroup } from './identity.ts'

/** A shell in a group of its own that starts a process, and is killed: the group is left without it. */
async function leaderless(t: TestContext): Promise<{ leader: Identity; member: Identity }> {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true })
  const leader = identify(shell.pid!)!
  const [said] = await once(shell.stdout, 'data')
  const member = identify(Number(said))!
  t.after(() => signalGroup(leader, 'SIGKILL'))
  shell.kill('SIGKILL')
  await once(shell, 'exit')
  return { leader, member }
}

test('a group outlives its leader, and is ended by the name of it', async (t) => {
  const { leader, member } = await leaderless(t)
  assert.equal(leader.leads, true)
  assert.ok(groupIsAlive(leader))
  assert.ok(signalGroup(leader, 'SIGKILL'))
  await until('its member has ended', () => identify(member.pid) === undefined)
  assert.ok(!groupIsAlive(leader))
})

test('a group of the same number is left alone where the process led none, or another boot did', async (t) => {
  const { leader, member } = await leaderless(t)
  const before = { ...leader, started: leader.started.replace(/^\S+/, 'another-boot') }
  for (const other of process.platform === 'linux' ? [{ ...leader, leads: false }, before] : []) {
    assert.ok(!groupIsAlive(other))
    assert.ok(!signalGroup(other, 'SIGKILL'))
  }
  assert.ok(identify(member.pid) !== undefined)
})

test('a process that leads no group gets a signal alone', async (t) => {
  const child = spawn('sleep', ['60'])
  t.after(() => child.kill('SIGKILL'))
  const identity = identify(child.pid!)!
  assert.equal(identity.leads, false)
  assert.ok(signalGroup(identity, 'SIGTERM'))
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGTERM'])
})
