import { defineTask, Type } from 'unblock'

/** Nothing at all: what is left is what a job costs. */
export default defineTask({
  name: 'empty',
  summary: 'Does nothing',
  params: Type.Object({}),
  cost: () => 0,
  run: () => 0,
})
