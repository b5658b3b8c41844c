import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenTasks } from './broken-tasks/all.fixture.ts'
import { checkSource, find } from './broken-tasks/check-source.fixture.ts'
import { reportText } from './report.ts'

for (const { what, source, check, verdict, reason, detail, also } of brokenTasks)
  test(`a task with ${what}: ${reason}`, async (t) => {
    // Only what it breaks: the others take longest where nothing is wrong.
    const only = also === undefined ? [check] : [check, also]
    const report = await checkSource(t, source, { only, growthBudgetMs: 10_000 })
    const found = find(report, check)
    assert.equal(found.reason?.startsWith(reason), true, reportText(report))
    assert.equal(found.verdict, verdict, reportText(report))
    assert.match(found.detail, detail)
    const failed = report.checks.filter((each) => each.verdict === 'fail')
    const names = failed.map(({ name }) => name).filter((name) => name !== also)
    assert.deepEqual(names, verdict === 'fail' ? [check] : [], reportText(report))
    assert.equal(report.fit, verdict !== 'fail')
  })
