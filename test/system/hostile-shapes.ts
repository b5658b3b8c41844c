/**
 * Requests that two programs may read in two ways, so that one of them finds a second request inside
 * (request smuggling: RFC 9112, section 11.2), and what else no good client sends. Each ends with, or
 * hides, a request for /smuggled that nobody must ever see as one.
 */
export interface Shape {
  what: string
  text: string
  /** What the proxy answers, in order: one status for one request. */
  statuses: number[]
}

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n'
const post = (headers: string, body = smuggled) =>
  `POST /nothing HTTP/1.1\r\nHost: here\r\n${headers}\r\n\r\n${body}`
const chunked = (body: string) => post('Transfer-Encoding: chunked', body)
const get = (line: string, headers: string) => `${line}\r\n${headers}\r\n\r\n`

const shape = (what: string, text: string, ...statuses: number[]): Shape => ({
  what,
  text,
  statuses,
})

export const shapes: Shape[] = [
  shape(
    'a length and chunks',
    post('Content-Length: 6\r\nTransfer-Encoding: chunked', `0\r\n\r\n${smuggled}`),
    400,
  ),
  shape(
    'chunks and a length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 6', `0\r\n\r\n${smuggled}`),
    400,
  ),
  shape('two lengths', post('Content-Length: 0\r\nContent-Length: 39'), 400),
  shape('the same length twice', post('Content-Length: 0\r\nContent-Length: 0'), 400),
  shape('a list of lengths', post('Content-Length: 0, 0'), 400),
  shape('a length with a plus', post('Content-Length: +0'), 400),
  shape('a length below zero', post('Content-Length: -1'), 400),
  shape('a hexadecimal length', post('Content-Length: 0x0'), 400),
  shape('a length with a space in it', post('Content-Length: 0 0'), 400),
  shape('a length beyond all numbers', post('Content-Length: 99999999999999999999'), 400),
  shape('a length without a number', post('Content-Length:'), 400),
  shape(
    'an unknown transfer encoding',
    post('Transfer-Encoding: xchunked', `0\r\n\r\n${smuggled}`),
    501,
  ),
  shape(
    'two transfer encodings in one',
    post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${smuggled}`),
    501,
  ),
  shape(
    'two transfer encodings',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${smuggled}`),
    400,
  ),
  shape(
    'a transfer encoding of HTTP/1.0',
    chunked(`0\r\n\r\n${smuggled}`).replace('HTTP/1.1', 'HTTP/1.0'),
    400,
  ),
  shape(
    'a space before the colon',
    post('Transfer-Encoding : chunked', `0\r\n\r\n${smuggled}`),
    400,
  ),
  shape('a tab before the colon', post('Content-Length\t: 39'), 400),
  shape('a folded header', post('Transfer-Encoding:\r\n chunked', `0\r\n\r\n${smuggled}`), 400),
  shape('a header without a name', post(': chunked'), 400),
  shape('a bare CR in a header', post('X: a\rContent-Length: 39'), 400),
  shape('a zero byte in a header', post('X: a\0b'), 400),
  shape('a chunk size that is none', chunked(`zz\r\n${smuggled}0\r\n\r\n`), 400),
  shape('a chunk size with 0x', chunked(`0x0\r\n\r\n${smuggled}`), 400),
  shape('a chunk size below zero', chunked(`-1\r\n${smuggled}0\r\n\r\n`), 400),
  shape('a chunk size beyond all numbers', chunked(`fffffffffffffffff\r\n${smuggled}`), 400),
  shape('a chunk longer than its size', chunked(`1\r\nab\r\n0\r\n\r\n${smuggled}`), 400),
  shape('a request line with three spaces', get('GET  /nothing  HTTP/1.1  x', 'Host: here'), 400),
  shape('a method in lower case', get('get /nothing HTTP/1.1', 'Host: here'), 400),
  shape('two hosts', get('GET /nothing HTTP/1.1', 'Host: here\r\nHost: there'), 400),
  shape('a host with a path', get('GET /nothing HTTP/1.1', 'Host: here/there'), 400),
  shape('a host with a space', get('GET /nothing HTTP/1.1', 'Host: he re'), 400),
  shape('a version that is not spoken', get('GET /nothing HTTP/3.0', 'Host: here'), 505),
  shape(
    'garbage after a request',
    `${get('GET /nothing HTTP/1.1', 'Host: here')}\x16\x03\x01 garbage\r\n\r\n`,
    404,
    400,
  ),
  shape(
    'a GET whose body is a request',
    get('GET /nothing HTTP/1.1', `Host: here\r\nContent-Length: ${smuggled.length}`) + smuggled,
    404,
  ),
  shape('an address of another site', get('GET http://there/nothing HTTP/1.1', 'Host: here'), 404),
  shape(
    'lines that end without CR',
    post(`Content-Length: ${smuggled.length}`).replaceAll(/\r\n(?=[\s\S]*GET)/g, '\n'),
    404,
  ),
]
