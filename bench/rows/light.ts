import { startAll } from '../systems/all.ts'
import { against } from './against.ts'
import { httpRates } from './http-rates.ts'
import type { Row } from './row.ts'

export const light: Row = {
  name: 'light',
  about: 'requests/s of what costs nothing, 32 connections through nginx, two servers',
  async measure(run) {
    await using systems = await startAll({ workers: 0 })
    const figures = []
    for (const path of ['/api/tasks', '/'])
      figures.push(
        ...against(await httpRates(run, systems.withHttp, path), {
          row: 'light',
          measure: `GET ${path}`,
          unit: 'requests/s',
          reach: { 'bare Fastify + BullMQ': { atLeast: 0.9 }, 'Flask + Celery': { atLeast: 5 } },
        }),
      )
    return figures
  },
}
