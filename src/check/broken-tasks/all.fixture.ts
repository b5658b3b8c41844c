import { brokenEnds } from './ends.fixture.ts'
import { brokenGrowth } from './growth.fixture.ts'
import { brokenJson } from './json.fixture.ts'
import { brokenLeaves } from './leaves.fixture.ts'
import { brokenProgress } from './progress.fixture.ts'
import { brokenResults } from './results.fixture.ts'

export const brokenTasks = [
  ...brokenResults,
  ...brokenJson,
  ...brokenEnds,
  ...brokenProgress,
  ...brokenGrowth,
  ...brokenLeaves,
]
