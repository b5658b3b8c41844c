import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyNotFromHere } from './from-here.ts'

const curl = { host: 'localhost:8080', 'x-forwarded-for': '127.0.0.1' }
const page = { ...curl, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' }

type Headers = Record<string, string>
const passes: [what: string, headers: Headers, methods?: string[]][] = [
  ['a program on this machine', curl],
  ['the page', page],
  ['the page in a browser that says no Sec-Fetch-Site', { ...curl, origin: page.origin }],
  ['the address bar', { ...curl, 'sec-fetch-site': 'none' }, ['GET', 'HEAD']],
  ['a client over IPv6', { host: '[::1]:8080', 'x-forwarded-for': '::1' }],
  ['an IPv4 client of an IPv6 socket', { ...curl, 'x-forwarded-for': '::ffff:127.0.0.1' }],
  ['another address of the loopback', { host: '127.1.2.3', 'x-forwarded-for': '127.255.0.9' }],
  ['a name in capitals', { ...page, host: 'LocalHost:8080' }],
  ['a further proxy of a local client', { ...curl, 'x-forwarded-for': '::1, 127.0.0.1' }],
  ['TLS', { ...page, 'x-forwarded-proto': 'https', origin: 'https://localhost:8080' }],
]

for (const [what, headers, methods = ['GET', 'HEAD', 'POST']] of passes)
  test(`${what} passes`, () => {
    for (const method of methods) assert.equal(whyNotFromHere(method, headers), undefined, method)
  })

const refused: [what: string, field: string, headers: Headers, methods?: string[]][] = [
  ['a client elsewhere', 'X-Forwarded-For', { ...page, 'x-forwarded-for': '192.0.2.7' }],
  ['a client elsewhere, over IPv6', 'X-Forwarded-For', { ...page, 'x-forwarded-for': 'fe80::1' }],
  ['an address like ours', 'X-Forwarded-For', { ...page, 'x-forwarded-for': '::ffff:128.0.0.1' }],
  ['no address', 'X-Forwarded-For', { host: 'localhost' }],
  ['an address that is none', 'X-Forwarded-For', { ...page, 'x-forwarded-for': 'localhost' }],
  ['half an address', 'X-Forwarded-For', { ...page, 'x-forwarded-for': '127.1' }],
  [
    'a client elsewhere, through a proxy here',
    'X-Forwarded-For',
    { ...page, 'x-forwarded-for': '192.0.2.7, 127.0.0.1' },
  ],
  [
    'a client elsewhere that claims to be here',
    'X-Forwarded-For',
    { ...page, 'x-forwarded-for': '127.0.0.1, 192.0.2.7' },
  ],
  ['a name of another site', 'Host', { ...curl, host: 'evil.test:8080' }],
  [
    'a name that another DNS gives our address, same-origin',
    'Host',
    { ...page, host: 'evil.test:8080', origin: 'http://evil.test:8080' },
  ],
  ['a name below localhost', 'Host', { ...curl, host: 'my-app.localhost:80' }],
  ['a name that starts like ours', 'Host', { ...curl, host: 'localhost.evil.test' }],
  ['a name that ends like ours', 'Host', { ...curl, host: 'evil-localhost' }],
  ['a name that starts like our address', 'Host', { ...curl, host: '127.0.0.1.evil.test' }],
  ['a name with a user', 'Host', { ...curl, host: 'evil.test@localhost' }],
  ['no name', 'Host', { 'x-forwarded-for': '127.0.0.1' }],
  ['an address of the network', 'Host', { ...curl, host: '192.0.2.2:8080' }],
  ['any address', 'Host', { ...curl, host: '0.0.0.0:8080' }],
  ['another site', 'Sec-Fetch-Site', { ...page, 'sec-fetch-site': 'cross-site' }],
  ['another port of this site', 'Sec-Fetch-Site', { ...page, 'sec-fetch-site': 'same-site' }],
  ['a form in the address bar', 'Sec-Fetch-Site', { ...curl, 'sec-fetch-site': 'none' }, ['POST']],
  ['two sites', 'Sec-Fetch-Site', { ...page, 'sec-fetch-site': 'same-origin, cross-site' }],
  ['a page of another site', 'Origin', { ...curl, origin: 'https://evil.test' }],
  ['a page of another port', 'Origin', { ...page, origin: 'http://localhost:3000' }],
  ['a page of another loopback name', 'Origin', { ...page, origin: 'http://127.0.0.1:8080' }],
  ['a page over TLS where there is none', 'Origin', { ...page, origin: 'https://localhost:8080' }],
  ['a page that hides where it is from', 'Origin', { ...page, origin: 'null' }],
]

for (const [what, field, headers, methods = ['GET', 'POST', 'OPTIONS']] of refused)
  test(`${what} is refused, by ${field}`, () => {
    for (const method of methods)
      assert.equal(whyNotFromHere(method, headers)?.field, field, method)
  })
