/** What a task file imports: `import { defineTask, Type } from 'unblock'`. */
export { Type } from 'typebox'
export {
  defineTask,
  type ParamsSchema,
  type Task,
  type TaskContext,
  type TaskDefinition,
} from './define.ts'
