import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asMarkup, escapeText, markup, short } from './markup.ts'

test('what is put into markup is escaped, markup itself is not', () => {
  const bold = markup`<b>${'<script>alert("1")</script>'}</b>`
  assert.equal(
    markup`<p title="${`"' onload=`}">${bold}${asMarkup('<hr>')}${['a', '&'].map((each) => markup`<i>${each}</i>`)}</p>`
      .text,
    '<p title="&quot;&#39; onload="><b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</b><hr><i>a</i><i>&amp;</i></p>',
  )
})

test('nothing is written of null, undefined and false; of 0 it is', () => {
  assert.equal(markup`[${null}${undefined}${false}${0}]`.text, '[0]')
})

test('text that XML cannot hold is replaced', () => {
  assert.equal(escapeText('a\u0000\u001b\ud800b\tc\n'), 'a\ufffd\ufffd\ufffdb\tc\n')
})

for (const [value, text] of [
  [1, '1'],
  [0.1 + 0.2, '0.3'],
  [12.345678, '12.35'],
  [-0.001, '0'],
  [-2.34567, '-2.35'],
] as const)
  test(`${value} is short as ${text}`, () => assert.equal(short(value), text))
