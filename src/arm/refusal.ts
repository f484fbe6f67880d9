/**
 * Refusals of the first request that may be our own doing: an earlier try at work refuses the next one. The resource is
 * asked, and what it shows says whose the refusal is. Pure.
 */
import { readProvisioningState } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { readErrorCode } from '../operation/error.ts'
import { isAbsent } from '../operation/poll-answer.ts'
import { isKnownByStart } from './known-operations.ts'
import type { Answered, Retry } from './retry-policy.ts'
import { type Attempts, endUnanswered, type Submission } from './submission.ts'
import { type ProbeTimes, type ResourceProbe, readDeployer } from './verify.ts'

/** Refusal that stands or not, as the resource shows. */
export interface RefusalQuestion {
  readonly kind: keyof typeof MEANINGS
  readonly answer: Answered
  /** The workflow author wants this refusal repeated, once it is clear that it stands. */
  readonly retry?: Retry
}

/** `ResourceGroupBeingDeleted` and its kin, and not `InUseSubnetCannotBeDeleted`. */
const BEING_DELETED = /being_?deleted|deleting|deletion_?in_?progress/i

type UnreadMeaning = 'answered' | 'lost'
type Meaning =
  | UnreadMeaning
  | 'adopted'
  /** Else the answer, and who deploys. */
  | 'adopted-if-proven'
  | 'answered-by-deployer'
  | 'deleting'
  /** Else lost. */
  | 'deleting-if-leaving'
type Meanings = Readonly<Record<Exclude<ResourceProbe['kind'], 'unreadable'>, Meaning>> & {
  readonly unreadable: UnreadMeaning
}

/** Meaning of a refusal, by what the resource shows. */
const MEANINGS = {
  // What refuses the second PUT may be the first one at work, which some providers hide until it is done.
  'refused-repeat': {
    'at-work': 'adopted',
    ours: 'adopted',
    foreign: 'answered-by-deployer',
    'not-ours': 'answered',
    absent: 'lost',
    unreadable: 'lost'
  },
  // What refuses the second DELETE may be the first one: the resource tells, if it can be read.
  'refused-delete': {
    'at-work': 'deleting-if-leaving',
    ours: 'answered',
    foreign: 'answered',
    'not-ours': 'answered',
    absent: 'deleting',
    unreadable: 'lost'
  },
  // What is active may be our own deployment, when something on the way sent the request twice
  // (https://github.com/Azure/bicep-deploy/issues/328). No answer was lost, so that has to be proven.
  'active-deployment': {
    'at-work': 'adopted-if-proven',
    ours: 'adopted-if-proven',
    foreign: 'answered-by-deployer',
    'not-ours': 'answered',
    absent: 'answered',
    unreadable: 'answered'
  }
} as const satisfies Readonly<Record<string, Meanings>>

/** Question that an answer leaves open, or undefined when it stands. */
export function chooseQuestion(
  { isAmbiguous }: Attempts,
  response: HttpResponse,
  { method, url }: ArmRequest
): RefusalQuestion['kind'] | undefined {
  if (isAmbiguous && response.status >= 300) {
    if (method === 'DELETE') return 'refused-delete'
    // A 400 is about the request itself, so it was no other the first time.
    if (response.status !== 400) return 'refused-repeat'
  }
  const isActive =
    response.status === 409 && readErrorCode(response)?.toLowerCase() === 'deploymentactive'
  return isActive && method === 'PUT' && isKnownByStart(url) ? 'active-deployment' : undefined
}

/** True for a refusal that is itself the proof that the resource goes or is gone. */
export function isDeleting(response: HttpResponse): boolean {
  if (isAbsent(response)) return true
  return response.status === 409 && BEING_DELETED.test(readErrorCode(response) ?? '')
}

/** Submission that a refusal amounts to, after a probe of the resource. */
export function judgeRefusal(
  attempts: Attempts,
  { kind, answer }: RefusalQuestion,
  probe: ResourceProbe,
  times: ProbeTimes
): Submission {
  const answered = { kind: 'answered', response: answer.response } as const
  const lost = endUnanswered('lost', answer, attempts)
  if (probe.kind === 'unreadable') return MEANINGS[kind].unreadable === 'lost' ? lost : answered
  const { response } = probe
  const adopted = { kind: 'adopted', response, sent: attempts.trace, times } as const
  const meaning = MEANINGS[kind][probe.kind]
  switch (meaning) {
    case 'answered':
      return answered
    case 'answered-by-deployer':
      return { ...answered, deployer: readDeployer(response) }
    case 'adopted':
      return adopted
    case 'adopted-if-proven':
      return 'isProven' in probe && probe.isProven
        ? { ...adopted, wasAnswered: true }
        : { ...answered, deployer: readDeployer(response) }
    case 'deleting':
      return { kind: 'deleting', response: answer.response }
    case 'deleting-if-leaving':
      return isLeaving(response) ? { kind: 'deleting', response: answer.response } : lost
    case 'lost':
      return lost
    default:
      return meaning satisfies never
  }
}

function isLeaving({ body }: HttpResponse): boolean {
  const state = readProvisioningState(body)
  return state.kind === 'word' && BEING_DELETED.test(state.word)
}
