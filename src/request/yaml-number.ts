/**
 * Numbers of YAML 1.2's core schema as JSON writes them. Pure.
 */

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/
const DECIMAL = /^([-+]?)(\d*)(?:\.(\d*))?([eE][-+]?\d+)?$/

/**
 * The number with every digit that was written: as it stands where JSON can write it so, else without a leading plus
 * or zeros and with a digit on either side of the point; `0x` and `0o` become decimal. Undefined for numbers that
 * JSON cannot write, infinity among them.
 */
export function printNumber(source: string): string | undefined {
  if (JSON_NUMBER.test(source)) return source
  if (/^0(?:x[0-9a-f]+|o[0-7]+)$/i.test(source)) return BigInt(source).toString()
  const [, sign = '', whole = '', fraction = '', exponent = ''] = DECIMAL.exec(source) ?? []
  if (whole === '' && fraction === '') return undefined
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const point = fraction === '' ? '' : `.${fraction}`
  return `${sign === '-' ? '-' : ''}${digits}${point}${exponent}`
}
