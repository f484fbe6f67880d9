/**
 * The registry of secrets: what goes to the runner, what must not, and what is hidden of a text.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import { openHandle, sealText } from '../../__fixtures__/handles.ts'
import { holdsSecret } from '../../__fixtures__/runner-masking.ts'
import { createMasks } from '../../src/runner/masks.ts'

/** A registry, and what it has told the runner and the author. */
function openMasks(environment: Readonly<Record<string, string>> = {}) {
  const registered: string[] = []
  const warnings: string[] = []
  const masks = createMasks({
    setSecret: (secret) => registered.push(secret),
    warn: (text) => warnings.push(text),
    environment
  })
  return { masks, registered, warnings }
}

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nQw==\n-----END PRIVATE KEY-----\n'
const URL =
  'https://management.azure.com/subscriptions/5f3b/resourceGroups/shop?api-version=1&code=x9y8z7'

describe('a secret that is added', () => {
  it.each<[string, string, readonly string[]]>([
    ['as it is', 'P@ss w0rd', ['P@ss w0rd']],
    ['with its lines, which the runner takes apart itself', PEM, [PEM]],
    ['line by line, where one of them is too short', '{\n"key": "x1y2"\n}', ['"key": "x1y2"']],
    ['of four characters', 'abcd', ['abcd']],
    ['that looks like a word, and is more', 'Succeeded!', ['Succeeded!']],
    ['that stands in the query of the URL', 'x9y8z7', ['x9y8z7']],
    ['that was given as a subscription, and is none', 'q8Q~pasted', ['q8Q~pasted']]
  ])('is registered: %s', (_what, secret, registered) => {
    const step = openMasks({ INPUT_URL: URL, 'INPUT_SUBSCRIPTION-ID': 'q8Q~pasted' })
    step.masks.add(secret)
    step.masks.add(secret)
    expect(step.registered).toEqual(registered)
    expect(step.masks.hide(`x ${registered[0]} x`)).toBe('x *** x')
    expect(step.warnings).toEqual([])
  })

  it.each<[string, string, RegExp | undefined]>([
    ['too short', 'xyz', /^The value of V is not masked: it has fewer than 4 characters/],
    ['many lines, all too short', 'a\nb\nc\nd', /fewer than 4 characters/],
    ['a value of the output status', 'Succeeded', /part of a word/],
    ['part of a state, in any case', 'UCCEED', /part of a word/],
    ['a truth value, as has-changes is one', 'true', /part of a word/],
    ['a scheme', 'https://', /part of a word/],
    ['a host', 'management.azure.com', /part of a word/],
    ['part of what every resource ID has', 'resourceGroups', /part of a word/],
    ['the beginning of every handle', 'armop3', /part of a word/],
    ['the beginning of every state of a list', 'list', /part of a word/],
    // Whoever reads the workflow reads the URL too; and every ID of the resource holds it.
    ['part of the URL', 'shop', undefined],
    ['the subscription', '5f3b1c2d', undefined],
    ['nothing', '', undefined]
  ])('is not registered, because it is %s', (_what, secret, warning) => {
    const id = '5f3b1c2d-0000-0000-0000-000000000000'
    const step = openMasks({ INPUT_URL: URL, 'INPUT_SUBSCRIPTION-ID': id })
    step.masks.add(secret, 'The value of V')
    expect(step.registered).toEqual([])
    expect(step.masks.hide(`x ${secret} x`)).toBe(`x ${secret} x`)
    expect(step.warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)])
  })

  it('is named when it comes from an output', () => {
    const { masks, registered, warnings } = openMasks()
    const outputs = [{ name: 'parts', text: '["x","long-enough"]', value: ['x', 'long-enough'] }]
    masks.addFromOutputs(outputs, { maskedOutputs: ['PARTS'], url: URL })
    expect(registered).toEqual(['["x","long-enough"]', 'long-enough'])
    expect(warnings).toEqual([expect.stringMatching(/^A value in the output parts is not masked/)])
  })
})

describe('hide', () => {
  const secret = 'a"b\\c~d&e<\'f+gh'

  it.each<[string, string]>([
    ['as it stands', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in a URL', encodeURIComponent(secret)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in JSON of .NET', 'a\\u0022b\\\\c~d\\u0026e\\u003C\\u0027f\\u002Bgh'],
    ['in JSON of Go', 'a\\"b\\\\c~d\\u0026e\\u003c\'f+gh'],
    ['in XML', 'a&quot;b\\c~d&amp;e&lt;&apos;f+gh'],
    ['in HTML', 'a&quot;b\\c~d&amp;e&lt;&#39;f+gh'],
    ['in HTML of Python', 'a&quot;b\\c~d&amp;e&lt;&#x27;f+gh'],
    ['in the text of an element', 'a"b\\c~d&amp;e&lt;\'f+gh']
  ])('finds a secret %s', (_how, form) => {
    const { masks } = openMasks()
    masks.add(secret)
    expect(masks.hide(`x ${form} x`)).toBe('x *** x')
  })

  it.each([
    ['a terminal escape', '\u001b[31m'],
    ['a terminal title', '\u001b]0;x\u0007'],
    ['a control', '\0'],
    ['a mark without width', '\u200b'],
    ['a mark of direction', '\u202e'],
    ['a soft hyphen', '\u00ad']
  ])(
    'finds a secret that is parted by %s, which is left out where it is written',
    (_what, mark) => {
      const { masks } = openMasks()
      masks.add(secret)
      const parted = `${secret.slice(0, 4)}${mark}${secret.slice(4)}`
      expect(masks.hide(`x ${parted} x`)).toBe('x *** x')
      expect(masks.hide(`x${mark}x`)).toBe(`x${mark}x`)
    }
  )

  it('finds the lines of one over several lines, each by itself too', () => {
    const { masks } = openMasks()
    masks.add(PEM)
    expect(masks.hide(`${PEM}!`)).toBe('***!')
    expect(masks.hide('only MIIEvQIBADAN, and Qw==')).toBe('only ***, and ***')
  })

  it('knows what was registered since the last text', () => {
    const { masks } = openMasks()
    expect(masks.hide('first, then')).toBe('first, then')
    masks.add('first')
    expect(masks.hide('first, then')).toBe('***, then')
    masks.add('then')
    expect(masks.hide('first, then')).toBe('***, ***')
  })
})

describe('keepHandle', () => {
  it('writes a handle anew in which a secret would be found, and no other', () => {
    const { masks } = openMasks()
    const handle = sealText('{"u":"/subscriptions/x/resourceGroups/shop"}')
    masks.add('not-in-there')
    expect(masks.keepHandle(handle)).toBe(handle)
    const secrets = [handle.slice(20, 26), '/resourceGroups/shop"']
    for (const secret of secrets) masks.add(secret)
    const kept = masks.keepHandle(handle)
    expect([holdsSecret(handle, secrets), holdsSecret(kept, secrets)]).toEqual([true, false])
    expect(openHandle(kept)).toEqual(openHandle(handle))
  })

  it('takes little time for a long handle in which some value stands, however it is written', () => {
    const { masks } = openMasks()
    const random = (index: number) => ((index * 7_919) % 46_656).toString(36).padStart(3, 'x')
    const handle = sealText(Array.from({ length: 6_000 }, (_, index) => random(index)).join(''))
    for (let index = 0; index < 3_000; index += 1) masks.add((46_656 + index * 101).toString(36))
    expect(measureCpuMs(() => masks.keepHandle(handle))).toBeLessThan(4_000)
  })
})
