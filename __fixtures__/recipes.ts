/**
 * docs/recipes.md as data: what each recipe says, and the step of this action in it as GitHub would call it.
 */
import { readFileSync } from 'node:fs'
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { type ActionCall, playWorkflow, readWorkflow } from './workflow.ts'

/** Recipe as the page has it. */
export interface Recipe {
  readonly title: string
  readonly group: string
  readonly steps: string
  /** What is told of it, by its first word: `Rights`, `Azure`, `Result`. */
  readonly told: Readonly<Record<string, string>>
}

/** Secrets of the repository that the recipes are played in. */
export const SECRETS: Readonly<Record<string, string>> = {
  BACKUP_ACCESS_KEY: 'the-key-of-the-backup',
  DATABASE_PASSWORD: 'the-password-of-the-database',
  SOURCE_REGISTRY_TOKEN: 'the-token-of-the-source'
}

export const RECIPES_PAGE = readFileSync('docs/recipes.md', 'utf8')

const [, ...groups] = RECIPES_PAGE.split(/^## /m)

/** Every recipe, in the order of the page. */
export const RECIPES: readonly Recipe[] = groups.flatMap((group) => {
  const [head = '', ...sections] = group.split(/^### /m)
  return sections.map((section) => {
    const steps = [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)
    if (steps.length !== 1) throw new Error(`not one block of YAML: ${firstLine(section)}`)
    return {
      title: firstLine(section),
      group: firstLine(head),
      steps: steps.join(''),
      told: readTold(section)
    }
  })
})

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'))
}

function readTold(section: string): Recipe['told'] {
  const items = [...section.matchAll(/^- \*\*(\w+):\*\* (.*(?:\n {2}.*)*)/gm)]
  return Object.fromEntries(
    items.map(([, name = '', text = '']) => [name, text.replaceAll('\n  ', ' ')])
  )
}

/** Actions of Azure's access control that a recipe names, in lower case. */
export function listRights({ told }: Recipe): readonly string[] {
  return [...(told.Rights ?? '').matchAll(/`(Microsoft\.[\w./*]+)`/g)].map(([, action = '']) =>
    action.toLowerCase()
  )
}

/** The one step of this action in a recipe. */
export async function readRecipeCall({ title, steps }: Recipe): Promise<ActionCall> {
  const calls: ActionCall[] = []
  const job = steps.replace(/^(?=.)/gm, '      ')
  const workflow = `on: push\njobs:\n  recipe:\n    runs-on: ubuntu-latest\n    steps:\n${job}`
  await playWorkflow(readWorkflow(title, workflow), {
    action: 'arm-operation/arm-operation@v0',
    contexts: {
      github: { run_id: '16500000001', run_attempt: '1' },
      vars: { AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID, BILLING_SCOPE: '/billingAccounts/1' },
      secrets: SECRETS
    },
    run: async (call) => {
      calls.push(call)
      return {}
    }
  })
  const [call, ...more] = calls
  if (call === undefined || more.length > 0) throw new Error(`not one step of ours: ${title}`)
  return call
}
