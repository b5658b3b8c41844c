import { startAll } from '../systems/all.ts'
import { against } from './against.ts'
import { httpRates } from './http-rates.ts'
import type { Row } from './row.ts'

export const accept: Row = {
  name: 'accept',
  about: 'jobs accepted/s, 32 connections through nginx, two servers, no worker',
  async measure(run) {
    await using systems = await startAll({ workers: 0 })
    return against(await httpRates(run, systems.withHttp, '/api/non-blocking?task=empty'), {
      row: 'accept',
      measure: 'GET /api/non-blocking',
      unit: 'jobs/s',
      reach: { 'bare Fastify + BullMQ': { atLeast: 1 }, 'Flask + Celery': { atLeast: 10 } },
    })
  },
}
