/**
 * A model of how GitHub's runner treats registered secrets: which texts it masks, and which job outputs it drops for
 * holding one (https://docs.github.com/actions/reference/secrets-reference). Stricter where it is a guess.
 */

/** Every form of a secret that the runner looks for: plain, base64 in its three shifts, URL, JSON and XML escapes. */
export function listMaskedForms(secret: string): readonly string[] {
  const xml = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
  return [
    secret,
    ...[0, 1, 2].flatMap((shift) => encodeShifted(secret, shift)),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    xml,
    secret.replace(/^["']+|["']+$/g, '')
  ].filter((form) => form !== '')
}

// Only what does not depend on the text before and after: the whole groups of three bytes, in both alphabets.
function encodeShifted(secret: string, shift: number): string[] {
  const bytes = Buffer.from(secret).subarray(shift)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
  return [whole.toString('base64'), whole.toString('base64url')]
}

/** Tells whether a text holds a secret in any form; case counts, as it does for the runner. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return secrets.flatMap(listMaskedForms).some((form) => text.includes(form))
}

/** The job outputs that arrive in another job: those without a secret. */
export function passJobOutputs(
  outputs: Readonly<Record<string, string>>,
  secrets: readonly string[]
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => !holdsSecret(value, secrets))
  )
}
