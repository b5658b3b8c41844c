// `npm run dev:page`: the page as one edits it, in front of a stack that runs (`npm start`).
import { createServer } from 'vite'
import { config } from './config.mjs'

const target = process.argv[2] ?? 'http://localhost:8080'
const proxied = ['/api', '/livez', '/control', '/docs', '/openapi.json']
const server = await createServer({
  ...config,
  logLevel: 'info',
  plugins: [{ name: 'as-a-server-fills-it', transformIndexHtml: asServed }],
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, { target }])) },
})
await server.listen()
server.printUrls()

/** @param {string} html */
function asServed(html) {
  return html
    .replaceAll('{{instance}}', 'the development server')
    .replaceAll('{{control}}', 'local')
}
