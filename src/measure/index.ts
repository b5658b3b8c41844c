/** What a scenario file imports, as types: `import type { ScenarioFile } from 'unblock/measure'`. */
export type { Rate, ScenarioFile } from './scenario/schema.ts'
export type { Summary } from './summary/schema.ts'
