import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import type {
  AppControllerRoute,
  BullBoardQueues,
  IServerAdapter,
  UIConfig,
} from '@bull-board/api/typings/app'
import type { JobQueue, Producer } from './producer.ts'

/** Bull Board, without a web server. https://github.com/felixmosh/bull-board */
export interface Board {
  /** Where its files are: index.ejs, and the folder `static`. */
  folder: string
  /** Paths, below its own, at which its page is; the page finds out itself what to show. */
  pages: string[]
  /** What the page is told in its element `__UI_CONFIG__`. */
  config: UIConfig
  questions: Question[]
}

/** Something that the page asks for, and how it is answered. */
export interface Question {
  /** Below the board's own path, in the router's notation: `/api/queues/:queueName`. */
  url: string
  /** @throws {QueueAway} */
  answer(asked: { params: unknown; query: unknown }): Promise<{ status: number; body: unknown }>
}

/**
 * The board of the queue, for looking only: it has no question that changes anything. A job ends in one
 * state and stays there, so there is nothing here to retry, promote, remove or clean.
 */
export function createBoard({ asking }: Pick<Producer, 'asking'>): Board {
  const parts = collect()
  const { addQueue } = createBullBoard({
    queues: [],
    serverAdapter: parts.adapter,
    options: {
      uiConfig: {
        boardTitle: 'Unblock',
        // Its list of workers is made from the names of connections to Redis: /api/fleet knows better.
        showWorkers: false,
      },
    },
  })
  let shown: JobQueue | undefined

  const question = (url: string, { handler }: AppControllerRoute): Question => ({
    url,
    answer: ({ params, query }) =>
      asking(async (queue) => {
        if (shown !== queue) addQueue(new BullMQAdapter(queue, { readOnlyMode: true }))
        shown = queue
        const { queues, config } = parts
        const { status, body } = await handler({
          queues: queues(),
          uiConfig: config(),
          params: params as Record<string, string>,
          query: query as Record<string, string>,
          body: {},
          headers: {},
        })
        return { status: status ?? 200, body }
      }),
  })

  return {
    folder: parts.folder(),
    pages: parts.pages(),
    config: parts.config(),
    questions: parts
      .routes()
      .filter(({ method }) => listOf(method).every((each) => each === 'get'))
      .flatMap((route) => listOf(route.route).map((url) => question(url, route))),
  }
}

/** Keeps what Bull Board hands to a web server, and is none. */
function collect() {
  let folder = ''
  let pages: string[] = []
  let routes: AppControllerRoute[] = []
  let queues: BullBoardQueues = new Map()
  let config: UIConfig = {}
  const adapter: IServerAdapter = {
    setQueues(given) {
      queues = given
      return adapter
    },
    setViewsPath(given) {
      folder = given
      return adapter
    },
    setStaticPath: () => adapter, // `static` below the views
    setEntryRoute({ route }) {
      pages = listOf(route)
      return adapter
    },
    setErrorHandler: () => adapter,
    setApiRoutes(given) {
      routes = given
      return adapter
    },
    setUIConfig(given) {
      config = given
      return adapter
    },
  }
  return {
    adapter,
    folder: () => folder,
    pages: () => pages,
    routes: () => routes,
    queues: () => queues,
    config: () => config,
  }
}

const listOf = <T>(given: T | T[]): T[] => (Array.isArray(given) ? given : [given])
