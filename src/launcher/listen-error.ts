/** What the parts of an address are called where the user has set them. */
interface Names {
  port: string
  anyPort: string
  host: string
}

const OPTIONS: Names = { port: '--port', anyPort: '--port 0', host: '--host ' }
const SETTINGS: Names = { port: 'PORT', anyPort: 'PORT=0', host: 'HOST=' }

/** Why `up` cannot listen on this address, in one line for the user. */
export function explainPort(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
  names = OPTIONS,
): string {
  if (code === 'EADDRINUSE')
    return `port ${port} is in use; choose another with ${names.port}, or ${names.anyPort} for any free one`
  if (code === 'EACCES')
    return `port ${port} needs rights that this user does not have; choose one from 1024 on with ${names.port}`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${names.host}${host} is not an address of this machine`
  return `cannot listen on ${host}, port ${port}: ${message}`
}

/** Why a server or worker cannot listen where its settings say; undefined for any other error. */
export function explainListen(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // Node.js gives a failed look-up of HOST a `hostname`, and a Unix socket the port -1.
  const failed = error as NodeJS.ErrnoException & {
    address?: string
    hostname?: string
    port?: number
  }
  const { syscall, address, hostname, port = 0 } = failed
  if (syscall === 'getaddrinfo')
    return explainPort(failed, { host: hostname ?? '', port }, SETTINGS)
  if (syscall !== 'listen') return undefined
  return port === -1
    ? explainSocket(failed, address ?? '')
    : explainPort(failed, { host: address ?? '', port }, SETTINGS)
}

function explainSocket({ code, message }: NodeJS.ErrnoException, path: string): string {
  if (code === 'EADDRINUSE')
    return `SOCKET_PATH=${path} is in use, or was left by a process that was killed; if so, remove it`
  // Node.js says EACCES for a folder that is not there too.
  if (code === 'EACCES' || code === 'ENOENT' || code === 'ENOTDIR')
    return `SOCKET_PATH=${path} cannot be made: its folder is not there, or may not be written in`
  return `cannot listen on SOCKET_PATH=${path}: ${message}`
}
