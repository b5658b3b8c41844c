import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import { loadScenario } from './load.ts'

/** A folder with these files, which goes with the test. */
async function folderWith(t: TestContext, files: Record<string, string>): Promise<string> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'unblock-scenario-'))
  t.after(() => rm(cwd, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(cwd, name)), { recursive: true })
    await writeFile(path.join(cwd, name), text)
  }
  return cwd
}

/** What is said about a file of this text. */
async function complaint(t: TestContext, text: string, name = 'mine.yaml'): Promise<string> {
  const cwd = await folderWith(t, { [name]: text })
  const error: unknown = await loadScenario(name, { cwd }).catch((thrown) => thrown)
  assert.ok(error instanceof UsageError, `${name} must be refused: ${error}`)
  assert.doesNotMatch(error.message, /\n/, 'is more than one line')
  return error.message
}

test('a file of either kind is read by its path, and known by its name and folder', async (t) => {
  const cwd = await folderWith(t, {
    'a/one.yaml': 'rates: [5, { shape: ramp, from: 1, to: 10 }]\nbystander: false\n',
    'two.ts': `import type { ScenarioFile } from 'unblock/measure'
      export default { rates: [5] } satisfies ScenarioFile`,
  })
  assert.deepEqual(await loadScenario('a/one.yaml', { cwd }), {
    file: { rates: [5, { shape: 'ramp', from: 1, to: 10 }], bystander: false },
    name: 'one',
    dir: path.join(cwd, 'a'),
  })
  assert.deepEqual(await loadScenario('two.ts', { cwd }), {
    file: { rates: [5] },
    name: 'two',
    dir: cwd,
  })
})

test('a name is looked for in experiments/ here, then among those of this package', async (t) => {
  const cwd = await folderWith(t, { 'experiments/saturation.yml': 'description: mine\n' })
  const mine = await loadScenario('saturation', { cwd })
  assert.deepEqual(mine, {
    file: { description: 'mine' },
    name: 'saturation',
    dir: path.join(cwd, 'experiments'),
  })
  const own = await loadScenario('strategies', { cwd })
  assert.deepEqual(own.file.executors, ['event-loop', 'thread', 'queue'])
})

test('a name that is none is answered with those there are', async (t) => {
  const cwd = await folderWith(t, { 'experiments/mine.yaml': '', 'experiments/notes.md': '' })
  await assert.rejects(loadScenario('stratagems', { cwd }), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(
      error.message,
      /no scenario "stratagems".* bursts, .*mine, saturation and strategies;/,
    )
    return true
  })
})

test('a path without a file is refused, and a file of another kind', async (t) => {
  const cwd = await folderWith(t, { 'a.json': '{}', 'b.yaml/c': '' })
  const refusal = (file: string, right: RegExp) =>
    assert.rejects(loadScenario(file, { cwd }), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, right)
      return true
    })
  await refusal('experiments/none.yaml', /^experiments\/none\.yaml: there is no such file$/)
  await refusal('a.json', /^a\.json: .* must end in \.ts, .* or \.yml$/)
  await refusal('b.yaml', /^b\.yaml: cannot be read: /)
})

const rate =
  'must be a number of requests a second above 0, at most 100000, or { shape: ramp, from, to }, or { shape: step, rates }, or { shape: bursts, rate, burst, every, length }'
for (const [text, ...right] of [
  ['', 'must be { description, '],
  ['- 1', 'must be { description, '],
  ['rates: [fast]', `rates.0: ${rate}`],
  ['rates: [{ shape: sine, from: 1 }]', `rates.0: ${rate}`],
  ['rates: [{ from: 1, to: 2 }]', `rates.0: ${rate}`],
  ['rates: [0]', 'rates.0: must be a number of requests a second above 0, at most 100000'],
  ['rates: 5', `rates: must be a list of one or more, each ${rate.slice('must be '.length)}`],
  ['rates: []', 'rates: must be a list of one or more'],
  ['rates: [{ shape: ramp, from: 1 }]', 'rates.0.to: is missing: must be a number of requests'],
  [
    'rates: [{ shape: ramp, from: -1, to: 1 }]',
    'rates.0.from: must be a number of requests a second from 0, at',
  ],
  [
    'rates: [{ shape: ramp, from: 1, to: 2, by: 1 }]',
    'rates.0.by: is not known here (known: shape, from, to)',
  ],
  [
    'rates: [{ shape: step, rates: [1, 0] }]',
    'rates.0.rates.1: must be a number of requests a second above 0',
  ],
  [
    'rates: [{ shape: bursts, rate: 1, burst: 9, every: 10, length: 1s }]',
    'rates.0.every: must be a duration with its unit, such as 500ms or 20s or 2m',
  ],
  ['rate: 5', 'rate: is not known here (did you mean rates?)'],
  ['warmup: 2s', 'warmup: is not known here (did you mean warmUp?)'],
  ['colour: red', 'colour: is not known here (known: description, tasks, task, '],
  ['duration: 20', 'duration: must be a duration with its unit'],
  ['duration: 20 s', 'duration: must be a duration with its unit'],
  [
    'executors: thread',
    'executors: must be a list of one or more, each one of event-loop, thread, queue',
  ],
  ['executors: [threads]', 'executors.0: must be one of event-loop, thread, queue'],
  ['servers: [0]', 'servers.0: must be a whole number from 1 to 64'],
  ['workers: [1.5]', 'workers.0: must be a whole number from 0 to 64'],
  ['spacing: random', 'spacing: must be one of even, poisson'],
  ['task: ""', 'task: must be text, not empty'],
  ['task: 5', 'task: must be text'],
  ['params: 5', 'params: must be names and values'],
  ['params: { limit: .inf }', 'params: must be what JSON can hold'],
  ['versions: [{ name: My version }]', 'versions.0.name: must be at most 40 lower-case letters'],
  ['versions: [{ task: primes }]', 'versions.0.name: is missing: must be at most 40'],
  ['bystander: true', 'bystander: must be { path, rate }, or false'],
  ['bystander: { path: livez }', 'bystander.path: must be a path that begins with /'],
  // all at once
  [
    'rates: [fast]\nduration: 20\nexecutor: thread',
    'executor: is not known',
    '; rates.0: ',
    '; duration: ',
  ],
] as [string, ...string[]][])
  test(`what is wrong is said, and what would be right: ${text.replaceAll('\n', '; ')}`, async (t) => {
    const message = await complaint(t, text)
    let rest = message
    for (const part of ['mine.yaml: ', ...right]) {
      const at = rest.indexOf(part)
      assert.ok(at >= 0, `"${part}" is not in: ${message}`)
      rest = rest.slice(at + part.length)
    }
    assert.equal(message.split('; ').length, right.length, `says more than is wrong: ${message}`)
  })

for (const [text, right] of [
  ['rates: [1\nduration: 5s', /^mine\.yaml: line 2, column \d+: /],
  ['task: a\ntask: b', /^mine\.yaml: line 2, column 1: Map keys must be unique/],
  ['task: *a', /^mine\.yaml: .*a/],
  ['task: a\n---\ntask: b', /^mine\.yaml: line 2, column 1: .*multiple documents/],
] as const)
  test(`bad YAML is told with its place: ${text.replaceAll('\n', ' | ')}`, async (t) => {
    assert.match(await complaint(t, text), right)
  })

for (const [text, right] of [
  ['export default [1]', /must export a scenario: export default/],
  ['export const scenario = {}', /must export a scenario: export default/],
  ['export default {', /^mine\.ts: does not load: .*mine\.ts:1/],
  ['throw new Error("no\\nway")', /^mine\.ts: does not load: no$/],
  ['throw null', /^mine\.ts: does not load: null$/],
  ['import "./gone.ts"', /^mine\.ts: does not load: Cannot find module/],
  ['export default { params: { f: () => 1 } }', /^mine\.ts: params: must be what JSON can hold/],
  ['export default { params: { n: 1n } }', /^mine\.ts: params: must be what JSON can hold/],
  [
    'export default { versions: [{ name: "a", params: { at: new Date() } }] }',
    /^mine\.ts: versions\.0\.params: must be what JSON can hold/,
  ],
  ['export default { rates: ["5"] }', /^mine\.ts: rates\.0: must be a number/],
] as const)
  test(`a TypeScript file that is no scenario is refused: ${text}`, async (t) => {
    assert.match(await complaint(t, text, 'mine.ts'), right)
  })
