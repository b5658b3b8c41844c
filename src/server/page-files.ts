import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Encoding } from './encoding.ts'

/** What `npm run build` makes of src/page, in this package's folder. */
const builtPage = fileURLToPath(new URL('../../dist/page/', import.meta.url))

/** A file of the page, in memory, in each of its encodings. */
export interface PageFile {
  type: string
  etag: string
  content: Partial<Record<Encoding, Buffer>> & { identity: Buffer }
  /** The same as `content.identity`, where it is short text: Node sends that with the headers in one piece. */
  text?: string
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/plain; charset=utf-8',
}

/** A file of the page that is no file on the disk. */
export function pageFile(text: string | Buffer, type: string): PageFile {
  const identity = Buffer.from(text)
  const file: PageFile = { type, etag: etagOf(identity), content: { identity } }
  return typeof text === 'string' ? { ...file, text } : file
}

/**
 * The files under `assets/`, by name: what each is called follows from its content. All are read at
 * once, a fifth of a megabyte, so that a build meanwhile takes nothing away from a page that is open.
 */
export function readAssets(folder = builtPage): Map<string, PageFile> {
  if (!existsSync(`${folder}/assets`)) return new Map()
  const names = readdirSync(`${folder}/assets`).filter((name) => !/\.(br|gz)$/.test(name))
  return new Map(names.map((name) => [name, readAsset(`${folder}/assets/${name}`)]))
}

/** The page itself, with its places to be filled; undefined where it was not built. */
export function readTemplate(folder = builtPage): string | undefined {
  const file = `${folder}/index.html`
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function readAsset(path: string): PageFile {
  const file = pageFile(readFileSync(path), types[extname(path)] ?? 'application/octet-stream')
  for (const [encoding, suffix] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const)
    if (existsSync(path + suffix)) file.content[encoding] = readFileSync(path + suffix)
  return file
}

function etagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
}
