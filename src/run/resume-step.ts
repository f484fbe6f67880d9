/**
 * The step that goes on waiting for an operation, ready to be pasted into a workflow. Pure; every character of it is
 * ours: a handle is letters, digits, `.`, `_` and `-`, and addresses were checked when they were read.
 */

/** Inputs by name and value, in the order in which they are written. */
export type InputList = readonly (readonly [name: string, value: string])[]

const TENANT_ID = 'tenant-id'

/** Inputs of the resuming step: the handle, and those of this step that it needs as well. */
export interface ResumeInputs {
  readonly handle: string
  /** `owner/repository@ref` of this action. */
  readonly uses: string
  /** Names and values that sign in; empty where `azure/login` has to come first. */
  readonly signIn: InputList
  /** The handle holds a placeholder for the tenant. */
  readonly needsTenant: boolean
  /** The author's headers are repeated on polls, and no handle holds them: they may be secret. */
  readonly needsHeaders: boolean
  /** Names and values that say which cloud it is; empty for the default one. */
  readonly cloud: InputList
}

/** The step as lines of YAML. */
export function renderResumeStep(step: ResumeInputs): string {
  const { handle, uses, signIn, needsTenant, needsHeaders, cloud } = step
  const lacksTenant = needsTenant && signIn.every(([name]) => name !== TENANT_ID)
  const inputs = [
    ['resume', handle],
    ...signIn,
    ...(lacksTenant ? [[TENANT_ID, '$' + '{{ vars.AZURE_TENANT_ID }}']] : []),
    ['subscription-id', '$' + '{{ vars.AZURE_SUBSCRIPTION_ID }}'],
    ...cloud
  ]
  return [
    ...(signIn.length === 0 ? ['# azure/login comes first'] : []),
    `- uses: ${uses}`,
    '  with:',
    ...inputs.map(([name = '', value = '']) => `    ${name}: ${toScalar(value)}`),
    ...(needsHeaders ? ['    # and the headers of the step that started it'] : [])
  ].join('\n')
}

function toScalar(value: string): string {
  return /^[A-Za-z0-9$][\w.:/{} $-]*$/.test(value) ? value : JSON.stringify(value)
}

/** `uses` of the published action. */
export const OWN_NAME = 'arm-operation/arm-operation@v0'

/** `uses` of the action that runs, as the runner names it; the published one where it runs from a folder. */
export function describeAction(environment: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = environment
  const isNamed = /^[\w.-]+\/[\w./-]+$/.test(repository) && /^[\w./-]+$/.test(ref)
  return isNamed ? `${repository}@${ref}` : OWN_NAME
}
