/**
 * What was most likely meant at the place where a text stops being JMESPath: the habits of other languages
 * (https://jmespath.org/specification.html#grammar). Pure.
 */

/** Habits, by the text from the fault on and the text before it; the first that fits is told. */
const HABITS: readonly {
  readonly from: RegExp
  readonly after?: RegExp
  readonly hint: (found: string) => string
}[] = [
  { from: /^-?\d+(?:\.\d+)?/, hint: (number) => `a number stands in backticks, \`${number}\`` },
  { from: /^\./, after: /\.$/, hint: () => 'one dot is enough' },
  { from: /^\./, after: /^$|[^\w\])"'}*.]$/, hint: () => 'a path does not begin with a dot' },
  { from: /^[“”‘’„«»]/, hint: () => "text stands in straight single quotes, 'text'" },
  { from: /^and\b/i, hint: () => 'write && for and' },
  { from: /^or\b/i, hint: () => 'write || for or' },
  { from: /^./, after: /\bnot$/i, hint: () => 'write ! for not' },
  { from: /^>/, after: /<$/, hint: () => 'write != for <>' },
  { from: /^=(?!=)/, after: /[=!]=$/, hint: () => 'two marks are enough' },
  { from: /^'/, after: /'\w+$/, hint: () => "a quote inside text is written \\'" },
  { from: /^[\p{L}\d_]/u, hint: () => "text stands in single quotes, 'text'" }
]

/** The hint for a fault at a position of a text, behind a semicolon; empty where nothing can be told. */
export function findSyntaxHint(text: string, at: number): string {
  const [before, rest] = [text.slice(0, at).trimEnd(), text.slice(at)]
  for (const { from, after, hint } of HABITS) {
    const found = from.exec(rest)?.[0]
    if (found !== undefined && (after === undefined || after.test(before))) {
      return `; ${hint(found)}`
    }
  }
  return ''
}
