/**
 * Mistakes that this action must never make, as changes of its source: each is a text that is found once in one file,
 * and what stands there instead. `npm run test:mutations` makes them one by one, and every witness that a row names
 * has to turn red. A new rule of the protocol gets a row here, with the mistake that it forbids.
 */

export interface Mutation {
  readonly name: string
  /** Where the mistake was made, or the rule is written down. */
  readonly source: string
  readonly file: string
  /** Text that the file has exactly once. */
  readonly find: string
  readonly replace: string
  /** Test files that turn red, each of them. */
  readonly tests: readonly string[]
  /** Names of the habits under which the randomized proof turns red; an empty list is a proof without habits. */
  readonly proof?: readonly string[]
}

const CONTRACT =
  'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md'

const OPERATION_BEHIND_LOCATION = 'https://github.com/pulumi/pulumi-azure-native/pull/4835'
const ERROR_BEHIND_200 = 'https://github.com/Azure/azure-rest-api-specs/issues/22035'
const OWN_PATH_OF_DELETE = 'https://github.com/Azure/azure-resource-manager-rpc/issues/52'
const STATUS_URL_NEVER_THERE = 'https://github.com/Azure/azure-powershell/issues/6461'
const LOCATION_IS_RESOURCE = 'https://github.com/Azure/azure-sdk-for-go/issues/19330'
const NEVER_CREATED = 'https://github.com/pulumi/pulumi-azure-native/issues/1126'
const REPEATED_HEADERS = 'https://github.com/Azure/terraform-provider-azapi/issues/1218'
const TAKEN_NAME = 'https://github.com/Azure/bicep/issues/17105'
const POLLERS_OF_GO =
  'https://github.com/Azure/azure-sdk-for-go/tree/main/sdk/azcore/internal/pollers'
const STATUS_OF_RESOURCE =
  'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state.go'
const RECORDED = 'replay of recorded operations'
const WAIT_UNTIL = 'the input wait-until of this action'
const RUNNER_MASKS =
  'https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/SecretMasker.cs'
const LISTS = 'the input requests of this action'
const ROOM_FOR_ALL = 'one step may hold thousands of operations and 64 sockets'
const LIMITS =
  'https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling'
const SIGN_IN = 'https://github.com/Azure/login/issues/180'

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a lost PUT is sent again blindly',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/arm/retry-policy.ts',
    find: "    case 'PUT':\n      return { kind: 'verify' }\n",
    replace:
      "    case 'PUT':\n      return retry(delay(retries, retryAfterMs), { ambiguous: false })\n",
    tests: ['__tests__/arm/retry-policy.test.ts', '__tests__/arm/submit.test.ts'],
    proof: []
  },
  {
    name: 'a lost POST is sent again blindly',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/arm/retry-policy.ts',
    find: "    case 'PATCH':\n    case 'POST':\n      return { kind: 'lost' }\n",
    replace:
      "    case 'PATCH':\n      return { kind: 'lost' }\n    case 'POST':\n      return retry(delay(retries, retryAfterMs), { ambiguous: false })\n",
    tests: ['__tests__/arm/retry-policy.test.ts'],
    proof: []
  },
  {
    name: 'any URL over https is trusted',
    source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
    file: 'src/http/trust.ts',
    find: 'if (origin === trust.origin) return true',
    replace: "if (origin === trust.origin || protocol === 'https:') return true",
    tests: ['__tests__/operation/polling-url.test.ts'],
    proof: []
  },
  {
    name: 'a 4xx on a status URL is a failure',
    source: CONTRACT,
    file: 'src/operation/poll-answer.ts',
    find: 'return end ?? unreadable(answer)',
    replace: 'return end ?? (answer.status < 500 ? FAILED : unreadable(answer))',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: []
  },
  {
    name: 'an empty 200 of a status URL is a success',
    source: CONTRACT,
    file: 'src/operation/poll-answer.ts',
    find: 'succeedWith(warnOfError(answer)) : MALFORMED',
    replace: 'succeedWith(warnOfError(answer)) : SUCCEEDED',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: []
  },
  {
    name: 'a poll is not cut at the deadline',
    source: 'https://github.com/Azure/terraform-provider-azapi/issues/1079',
    file: 'src/operation/poller.ts',
    find: 'Math.min(MAX_POLL_MS, leftMs)',
    replace: 'MAX_POLL_MS',
    tests: ['__tests__/operation/poller.test.ts'],
    proof: []
  },
  {
    name: 'a state is read by a part of its word',
    source: `${CONTRACT}#provisioningstate-property`,
    file: 'src/operation/status.ts',
    find: "return TERMINAL_WORDS.get(normal) ?? 'running'",
    replace:
      "return [...TERMINAL_WORDS].find(([word]) => normal.includes(word.slice(0, 4)))?.[1] ?? 'running'",
    tests: ['__tests__/operation/status.test.ts', '__tests__/differential/core-lro.test.ts'],
    proof: []
  },
  {
    name: 'an operation behind a Location is taken for its result',
    source: OPERATION_BEHIND_LOCATION,
    file: 'src/operation/poll-answer.ts',
    find: '    readOperationResource(operation, answer, rules) ??\n',
    replace: '',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['an operation behind a Location']
  },
  {
    name: 'a result with a word of its own in `status` is waited for',
    source: 'https://learn.microsoft.com/rest/api/cost-management/generate-cost-details-report',
    file: 'src/operation/poll-answer.ts',
    find: "if (meaning !== 'running' || isRunningWord(word) || asksAgain(answer)) return state",
    replace: 'if (word) return state',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'the resource behind its Location is taken for an operation',
    source: OPERATION_BEHIND_LOCATION,
    file: 'src/operation/poll-answer.ts',
    find: "provisioningState.kind !== 'absent' || isResourceOf(request, answer)",
    replace: "provisioningState.kind !== 'absent'",
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'a result that is Failed by its `status` alone is a failure',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/31607',
    file: 'src/operation/poll-answer.ts',
    find: "readTextField(readObject(body), 'id') === '' || hasReason(body)",
    replace: 'true',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'an error body behind 200 is a success',
    source: ERROR_BEHIND_200,
    file: 'src/operation/body-verdict.ts',
    find: 'Object.keys(object ?? {}).every(isPartOfError)',
    replace: 'false',
    tests: ['__tests__/operation/poll-answer.test.ts', '__tests__/operation/first-answer.test.ts'],
    proof: ['an error body behind 200']
  },
  {
    name: 'an error beside a result is a failure',
    source: 'https://learn.microsoft.com/azure/azure-monitor/logs/api/errors',
    file: 'src/operation/body-verdict.ts',
    find: '.every(isPartOfError)',
    replace: '.some(isPartOfError)',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['an error beside a result']
  },
  {
    name: 'an error whose code is None is an error',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/19849',
    file: 'src/operation/body-verdict.ts',
    find: "code.toLowerCase() === 'none' ? undefined : code",
    replace: 'code',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'an error in place of the result is the result',
    source: ERROR_BEHIND_200,
    file: 'src/operation/final-state.ts',
    find: "answer.body.kind === 'malformed' || isErrorOnly(answer)",
    replace: "answer.body.kind === 'malformed'",
    tests: ['__tests__/operation/final-state.test.ts']
  },
  {
    name: 'a Location that differs from the request by its query alone is no monitor',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/23322',
    file: 'src/operation/polling-url.ts',
    find: ' && ownQuery(one) === ownQuery(other)',
    replace: '',
    tests: ['__tests__/operation/polling-url.test.ts'],
    proof: ['a Location that differs by its query alone']
  },
  {
    name: 'two spellings of one path are two paths',
    source: 'https://github.com/Azure/autorest.testserver/blob/main/legacy/routes/lros.js',
    file: 'src/operation/polling-url.ts',
    find: '(decodePart(segment) ?? segment).toLowerCase()',
    replace: 'segment',
    tests: ['__tests__/operation/polling-url.test.ts']
  },
  {
    name: 'what a DELETE answers on its own path is believed without a look',
    source: OWN_PATH_OF_DELETE,
    file: 'src/operation/poll-answer.ts',
    find: "isSelfReference(url, request.url) ? { kind: 'look-once' } : undefined",
    replace: 'undefined',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'the resource that a DELETE finds on its own path is its end',
    source: OWN_PATH_OF_DELETE,
    file: 'src/operation/poll-answer.ts',
    find: 'if (isResourceOf(request, answer) || isCreating(answer)) return RUNNING',
    replace: '',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'the resource is asked before its Location',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/witnesses.ts',
    find: "['status-url', 'location', 'resource', 'proof']",
    replace: "['status-url', 'resource', 'location', 'proof']",
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a status URL that is never there']
  },
  {
    name: "a Location that is the request's own path is asked as a monitor",
    source: LOCATION_IS_RESOURCE,
    file: 'src/operation/witnesses.ts',
    find: 'if (isSelfReference(locationUrl, request.url)) return true',
    replace: '',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a status URL that is never there, the resource as Location']
  },
  {
    name: 'a Location that is the ID of what a 201 created is asked as a monitor',
    source: LOCATION_IS_RESOURCE,
    file: 'src/operation/witnesses.ts',
    find: 'createdId !== undefined &&',
    replace: 'false &&',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a resource that was written before the request proves its success',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/proof.ts',
    find: 'writtenMs >= sentAtServerMs',
    replace: 'true',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a resource that names no time of writing proves a success',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/proof.ts',
    find: 'return isWrittenSince\n',
    replace: 'return true\n',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a status URL that is never there, and a resource that shows nothing before the end']
  },
  {
    name: 'a resource without the values that were sent proves a success',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/proof.ts',
    find: ' || !holdsRequestBody(facts.request.body, resource)',
    replace: '',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'one look proves a success',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/proof.ts',
    find: 'return leftMs > 0\n',
    replace: 'return leftMs < 0\n',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a resource without a state proves a success, whatever the first answer was',
    source: LOCATION_IS_RESOURCE,
    file: 'src/operation/proof.ts',
    find: 'return isStatelessBeforeAndAfter(facts, answer)',
    replace: 'return facts',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a status URL that shows the resource without a state is not read',
    source: 'https://github.com/Azure/azure-sdk-for-python/issues/40909',
    file: 'src/operation/poll-answer.ts',
    find: "return isResource && resource.kind === 'absent'",
    replace: 'return false',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['a status URL that shows the resource, and no state when done']
  },
  {
    name: 'a DELETE whose two monitors are not found is not looked for',
    source: CONTRACT,
    file: 'src/operation/fault-budget.ts',
    find: 'facts.testimonies?.some(({ report }) => report.status === 404) === true',
    replace: 'false',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the reason of a failure is looked for in the known names alone',
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/2179',
    file: 'src/operation/error.ts',
    find: ': merge(known, readNested(fields, budget, jsonDepth, REASON_NAMES))',
    replace: ': known',
    tests: ['__tests__/operation/error.test.ts']
  },
  {
    name: 'the body of a failure without a reason is not shown',
    source: 'https://github.com/Azure/azure-cli/issues/12036',
    file: 'src/report/quote.ts',
    find: 'if (!isBadEnd || isTold ||',
    replace: 'if (isBadEnd || isTold ||',
    tests: ['__tests__/report/quote.test.ts']
  },
  {
    name: 'a DELETE whose monitor stays at 100 % is waited for',
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/26937',
    file: 'src/operation/absence.ts',
    find: 'return isStuck\n',
    replace: 'return !isMonitored\n',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a monitor of a DELETE that never ends']
  },
  {
    name: 'absence ends a DELETE whose monitor still works',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/29060',
    file: 'src/operation/absence.ts',
    find: 'percentComplete === 100 && isRunningWord',
    replace: 'isRunningWord',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a resource that is gone before its DELETE has ended']
  },
  {
    name: 'absence ends the DELETE of a group whose monitor still works',
    source: CONTRACT,
    file: 'src/operation/absence.ts',
    find: '!isMonitored || !isAtEnd || isNeverStuck(request.url)',
    replace: '!isMonitored || !isAtEnd',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a timeout does not tell what became of the resource of a DELETE',
    source: 'https://github.com/pulumi/pulumi-azure-native/issues/4816',
    file: 'src/operation/absence.ts',
    find: "return method === 'DELETE' && !isNeverStuck(url) ? url : undefined",
    replace: 'return undefined',
    tests: ['__tests__/operation/poller.test.ts']
  },
  {
    name: 'one 404 is the absence of a resource',
    source: CONTRACT,
    file: 'src/operation/absence.ts',
    find: 'const ABSENCES_NEEDED = 3',
    replace: 'const ABSENCES_NEEDED = 1',
    tests: ['__tests__/operation/fault-budget.test.ts', '__tests__/operation/witnesses.test.ts']
  },
  {
    name: "the author's headers are not repeated",
    source: REPEATED_HEADERS,
    file: 'src/arm/client.ts',
    find: '...(isHome(url) ? home : abroad)',
    replace: '...abroad',
    tests: ['__tests__/arm/client.test.ts']
  },
  {
    name: "the author's headers go to another origin",
    source: REPEATED_HEADERS,
    file: 'src/arm/client.ts',
    find: '...(isHome(url) ? home : abroad)',
    replace: '...home',
    tests: ['__tests__/arm/client.test.ts']
  },
  {
    name: 'If-Match is repeated on a poll',
    source: REPEATED_HEADERS,
    file: 'src/arm/client.ts',
    find: 'return !OF_ONE_REQUEST.test(name.toLowerCase())',
    replace: 'return true',
    tests: ['__tests__/arm/client.test.ts']
  },
  {
    name: 'an empty Location is a success without the resource',
    source: NEVER_CREATED,
    file: 'src/operation/final-state.ts',
    find: 'return operation.isInferred && operation.absences > 0',
    replace: 'return operation.absences < 0',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['nothing behind a Location, and no resource after a failure']
  },
  {
    name: 'a resource that is not found takes a Succeeded back',
    source: NEVER_CREATED,
    file: 'src/operation/final-state.ts',
    find: 'isChange(facts.request) && !hasResource(answer),',
    replace: 'isChange(facts.request),',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'a 404 about the address is the absence of the resource',
    source: NEVER_CREATED,
    file: 'src/operation/final-state.ts',
    find: 'isAbsent(received.response) ?',
    replace: 'received.status === 404 ?',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the {} of a Location is the result of a POST',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/45860',
    file: 'src/operation/final-state.ts',
    find: 'status !== 204 && hasResource(answer)',
    replace: 'status !== 204 && hasContent(answer)',
    tests: ['__tests__/operation/conversations.test.ts']
  },
  {
    name: 'a POST that was accepted and cannot be followed is a success',
    source: CONTRACT,
    file: 'src/operation/first-answer.ts',
    find: ": { kind: 'unknown', reason: UNTRACKED }",
    replace: ': SUCCEEDED_AT_ONCE',
    tests: ['__tests__/operation/first-answer.test.ts'],
    proof: []
  },
  {
    name: 'wait: false cannot end at an acceptance that cannot be followed',
    source: CONTRACT,
    file: 'src/run/follow.ts',
    find: 'if (wait && !isAwaited)',
    replace: 'if (!isAwaited)',
    tests: ['__tests__/run/run-resume.test.ts']
  },
  {
    name: 'a resource that may not be read takes a 201 back',
    source: `${CONTRACT}#provisioningstate-property`,
    file: 'src/operation/fault-budget.ts',
    find: "return fault === 'forbidden' || fault === 'not-allowed'\n      ?",
    replace: "return via !== 'resource'\n      ?",
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a resource that may be written and not read']
  },
  {
    name: 'a resource that is not found leaves a 201 standing',
    source: `${CONTRACT}#provisioningstate-property`,
    file: 'src/operation/fault-budget.ts',
    find: "return fault === 'forbidden' || fault === 'not-allowed'\n      ?",
    replace: "return via === 'resource'\n      ?",
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: "another run's record decides",
    source: TAKEN_NAME,
    file: 'src/operation/next.ts',
    find: 'if (bearsAnotherIdentity(operation.facts, received.response)) {',
    replace: 'if (bearsAnotherIdentity({}, received.response)) {',
    tests: ['__tests__/operation/identity.test.ts'],
    proof: ['a deployment whose name another run takes over']
  },
  {
    name: "another run's record lends its outputs",
    source: TAKEN_NAME,
    file: 'src/operation/final-state.ts',
    find: 'if (bearsAnotherIdentity(facts, response)) {',
    replace: 'if (bearsAnotherIdentity({}, response)) {',
    tests: ['__tests__/operation/identity.test.ts'],
    proof: ['a deployment whose name another run takes over']
  },
  {
    name: "another run's record lends its outputs to a resumed end",
    source: TAKEN_NAME,
    file: 'src/run/known-end.ts',
    find: 'bearsAnotherIdentity(facts, found)',
    replace: 'bearsAnotherIdentity({}, found)',
    tests: ['__tests__/run/known-end.test.ts']
  },
  {
    name: "another run's record settles a deployment",
    source: TAKEN_NAME,
    file: 'src/operation/final-state.ts',
    find: 'bearsAnotherIdentity(operation.facts, received.response)',
    replace: 'bearsAnotherIdentity({}, received.response)',
    tests: ['__tests__/operation/identity.test.ts']
  },
  {
    name: 'another run lends its operations',
    source: TAKEN_NAME,
    file: 'src/deployment/progress.ts',
    find: 'if (bearsAnotherIdentity(progress.identity, record)) {',
    replace: 'if (bearsAnotherIdentity({}, record)) {',
    tests: ['__tests__/deployment/hooks.test.ts']
  },
  {
    name: "operations from before or after this run are this run's",
    source: 'https://github.com/Azure/Enterprise-Scale-for-AVS/issues/89',
    file: 'src/deployment/progress.ts',
    find: 'changedAtMs >= fromMs && changedAtMs <= ownUntilMs',
    replace: 'changedAtMs !== ownUntilMs',
    tests: ['__tests__/deployment/hooks.test.ts']
  },
  {
    name: 'two runs of one correlation ID are one',
    source: TAKEN_NAME,
    file: 'src/operation/identity.ts',
    find: 'return identity === known.identity && isAtOurStart',
    replace: 'return identity === known.identity',
    tests: ['__tests__/operation/identity.test.ts']
  },
  {
    name: 'a resource that rests in a word of its own is followed to the deadline',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: 'isWork(facts, word) && (facts.resourceWords ?? [])',
    replace: '(facts.resourceWords ?? [])',
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a resource that rests in Ready']
  },
  {
    name: 'a resource that is still at work is a success',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: 'if (isStillAtWork(facts, word)) return followClaimed(facts)',
    replace: "if (word === '-') return followClaimed(facts)",
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ["a status URL of somebody else's operation"]
  },
  {
    name: 'a word of work that was first seen after the end is followed to the deadline',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: 'if (isStillAtWork(facts, word)) return followClaimed(facts)',
    replace: 'if (isWork(facts, word)) return followClaimed(facts)',
    tests: ['__tests__/operation/final-state.test.ts']
  },
  {
    name: 'a polling URL with a space is not followed',
    source: 'https://url.spec.whatwg.org/#url-parsing',
    file: 'src/operation/polling-url.ts',
    find: "value?.trim().replaceAll(' ', '%20')",
    replace: "value?.trim().replaceAll(' ', '\\t')",
    tests: ['__tests__/operation/polling-url.test.ts'],
    proof: ['spaces in polling URLs']
  },
  {
    name: 'a Location that a 201 needs no more is warned of',
    source: RECORDED,
    file: 'src/operation/begin.ts',
    find: "header.kind === 'unusable' && !(isLocation && isCreated)",
    replace: "header.kind === 'unusable'",
    tests: ['__tests__/operation/first-answer.test.ts']
  },
  {
    name: 'the first answer is the result although something needs it read anew',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: 'rules.isFirstAnswerEnough === true &&',
    replace: '',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the first answer is the result of a deployment',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: '!hasIdentity(facts.request.url) &&',
    replace: '',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the status is the result although the first answer was it',
    source: RECORDED,
    file: 'src/operation/final-state.ts',
    find: 'const isResult = firstAnswer !== undefined && isAtRest(firstAnswer, rules)',
    replace: 'const isResult = firstAnswer !== undefined && firstAnswer.status === 0',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'what stands behind a status word is a part of it',
    source: 'https://learn.microsoft.com/azure/service-fabric/service-fabric-application-upgrade',
    file: 'src/operation/status.ts',
    find: 'return /^[^{]*?(?=:?\\{)/.exec(word)?.[0].trim() || word',
    replace: 'return word',
    tests: ['__tests__/operation/status.test.ts'],
    proof: ['long status words']
  },
  {
    name: 'one accepted code among others makes a refusal a success',
    source: 'the input accept-status of this action',
    file: 'src/operation/error.ts',
    find: 'leaves.every(',
    replace: 'leaves.some(',
    tests: ['__tests__/operation/first-answer.test.ts']
  },
  {
    name: 'the wait for a condition goes on over a resource that has failed',
    source: WAIT_UNTIL,
    file: 'src/condition/wait-until.ts',
    find: 'if (end !== undefined && response !== undefined)',
    replace: 'if (end === null)',
    tests: ['__tests__/condition/wait-until.test.ts']
  },
  {
    name: 'a failure from before the wait ends it',
    source: WAIT_UNTIL,
    file: 'src/condition/wait-until.ts',
    find: 'if (end !== undefined && response !== undefined)',
    replace: 'if (end !== undefined)',
    tests: ['__tests__/condition/wait-until.test.ts']
  },
  {
    name: 'a state that the condition itself waits for ends the wait as a failure',
    source: WAIT_UNTIL,
    file: 'src/condition/wait-until.ts',
    find: ' || expression.literals.has(state.word.toLowerCase())',
    replace: '',
    tests: ['__tests__/condition/wait-until.test.ts']
  },
  {
    name: 'fail-if is looked at before the condition is met',
    source: WAIT_UNTIL,
    file: 'src/run/conditions.ts',
    find: "failIf === undefined || awaited.ending.kind !== 'succeeded'",
    replace: 'failIf === undefined',
    tests: ['__tests__/run/run-resume.test.ts']
  },
  {
    name: 'a failure behind an error status is not read',
    source: POLLERS_OF_GO,
    file: 'src/operation/poll-answer.ts',
    find: 'ABOUT_THE_REQUEST.has(answer.status) ? undefined : readBadStatus(answer, rules)',
    replace: 'undefined',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['a failure behind an error status']
  },
  {
    name: 'a failure in the body of a 401 or a 429 is believed',
    source: POLLERS_OF_GO,
    file: 'src/operation/poll-answer.ts',
    find: 'ABOUT_THE_REQUEST.has(answer.status) ? undefined :',
    replace: '',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'a success in the body of a 500 is believed',
    source: CONTRACT,
    file: 'src/operation/poll-answer.ts',
    find: 'return end ?? unreadable(answer)',
    replace:
      "return end ?? (answer.operationStatus.kind === 'word' ? SUCCEEDED : unreadable(answer))",
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['a success behind an error status, for a while']
  },
  {
    name: 'a cancellation in the 4xx of a Location is a failure',
    source: POLLERS_OF_GO,
    file: 'src/operation/poll-answer.ts',
    find: "return readBadStatus(answer, rules)?.meaning === 'canceled'",
    replace: 'return false',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['a failure behind an error status']
  },
  {
    name: 'a `status` of Failed beside an error of the resource is not read',
    source: STATUS_OF_RESOURCE,
    file: 'src/operation/body-verdict.ts',
    find: 'return isBelieved ? readBadStatus(answer, rules) : undefined',
    replace: 'return undefined',
    tests: ['__tests__/operation/poll-answer.test.ts', '__tests__/operation/first-answer.test.ts'],
    proof: ['the state in `status` of a resource']
  },
  {
    name: 'a `status` of work in a body without an ID is the end',
    source: STATUS_OF_RESOURCE,
    file: 'src/operation/poll-answer.ts',
    find: 'if (isOpen && isRunningWord(word))',
    replace: 'if (word === isOpen)',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['the state in `status` of a resource']
  },
  {
    name: 'a resource that rests in a `status` of work is waited for',
    source: STATUS_OF_RESOURCE,
    file: 'src/operation/poll-answer.ts',
    find: 'if (isOpen && isRunningWord(word))',
    replace: 'if (isRunningWord(word))',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'a resource in a word of work that shows an error is a result',
    source: STATUS_OF_RESOURCE,
    file: 'src/operation/poll-answer.ts',
    find: ' === undefined || warnOfError(answer) !== undefined',
    replace: ' === undefined',
    tests: ['__tests__/operation/poll-answer.test.ts']
  },
  {
    name: 'what another client started is handed on to be waited for',
    source: STATUS_OF_RESOURCE,
    file: 'src/run/follow.ts',
    find: '(await isDisowned(run, end))',
    replace: 'end === undefined',
    tests: ['__tests__/run/run-operation.test.ts']
  },
  {
    name: 'what was found by looking is believed by the step that resumes it',
    source: STATUS_OF_RESOURCE,
    file: 'src/run/run-operation.ts',
    find: '  noteAdoption(run, handle)\n',
    replace: '',
    tests: ['__tests__/run/run-resume.test.ts']
  },
  {
    name: 'a look at a resource at work is taken for the answer that was lost',
    source: STATUS_OF_RESOURCE,
    file: 'src/run/run-operation.ts',
    find: "kind === 'adopted' ? beginFound",
    replace: "kind === 'adopted' ? begin",
    tests: ['__tests__/run/run-operation.test.ts'],
    proof: ['the state in `status` of a resource']
  },
  {
    name: 'an answer without a resource is a success where its monitor could not be read',
    source: POLLERS_OF_GO,
    file: 'src/operation/next.ts',
    find: 'if (isResourceInPlace(operation) && !showsResource(received)) {',
    replace: "if (operation.url === '') {",
    tests: ['__tests__/operation/witnesses.test.ts'],
    proof: ['a status URL that is never there, and nothing in the resource']
  },
  {
    name: 'a resource whose state is Completed is waited for',
    source: POLLERS_OF_GO,
    file: 'src/operation/poll-answer.ts',
    find: "reading.meaning === 'running' && isDone ?",
    replace: 'isDone === undefined ?',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: ['Completed as a provisioning state']
  },
  {
    name: 'an operation whose status is Completed is waited for',
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/20342',
    file: 'src/operation/status.ts',
    find: "meaning === 'running' && normalizeWord(word) === 'completed'",
    replace: "word === ''",
    tests: ['__tests__/operation/status.test.ts'],
    proof: ['Completed as a provisioning state']
  },
  {
    name: 'the error is that of the weakest witness',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/witnesses.ts',
    find: 'error: heard.find(',
    replace: 'error: heard.findLast(',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the reason does not say what each witness said',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/witnesses.ts',
    find: "reason: said === '' ? why :",
    replace: 'reason: said ? why :',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the word of the resource is told as the last one of the operation',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/operation/next.ts',
    find: 'omitUndefined({ ...rest, lastStatus, percentComplete })',
    replace: 'learnt',
    tests: ['__tests__/operation/witnesses.test.ts']
  },
  {
    name: 'the request ID of the answer that failed is not told',
    source: STATUS_URL_NEVER_THERE,
    file: 'src/run/conclude.ts',
    find: ' ?? facts?.lastFault?.requestId',
    replace: '',
    tests: ['__tests__/run/conclude.test.ts']
  },
  {
    name: 'a path that begins with a negation is a condition',
    source: 'https://jmespath.site/#grammar',
    file: 'src/condition/mistakes.ts',
    find: '    findNegatedHead(library, text, { tokens, nodes }) ??\n',
    replace: '',
    tests: ['__tests__/condition/mistakes.test.ts']
  },
  {
    name: 'changes are counted after they are cut',
    source: 'https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if',
    file: 'src/deployment/what-if.ts',
    find: 'changes: sortChanges(found)',
    replace: 'changes: sortChanges(found.slice(0, 200))',
    tests: ['__tests__/deployment/what-if.test.ts']
  },
  {
    name: 'a nested deployment that Azure did not look into changes nothing',
    source: 'https://github.com/Azure/arm-template-whatif/issues/157',
    file: 'src/deployment/what-if.ts',
    find: 'if (!SKIPPED_CODES.test(code) ||',
    replace: 'if (SKIPPED_CODES.test(code) ||',
    tests: ['__tests__/deployment/what-if.test.ts']
  },
  {
    name: 'an execution goes on though its cancel was asked for',
    source: WAIT_UNTIL,
    file: 'src/arm/known-operations.ts',
    find: '    outlivesSuccess: true\n',
    replace: '',
    tests: ['__tests__/run/cancel-awaited.test.ts']
  },
  {
    name: 'an operation that is over is canceled because its condition was not met',
    source: WAIT_UNTIL,
    file: 'src/run/cancel-awaited.ts',
    find: '  if (cancelUrl === undefined && known?.operation.outlivesSuccess !== true) return undefined\n',
    replace: '',
    tests: ['__tests__/run/cancel-awaited.test.ts']
  },
  {
    name: 'a resumed wait stops what its handle led to',
    source: WAIT_UNTIL,
    file: 'src/run/cancel-awaited.ts',
    find: "spec.start.kind === 'resume' ? undefined : result",
    replace: 'result',
    tests: ['__tests__/run/cancel-awaited.test.ts']
  },
  {
    name: 'what a server said unasked is the answer to the first request',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9',
    file: 'src/http/early-connection.ts',
    find: ' && socket.readableLength === 0',
    replace: '',
    tests: ['__tests__/http/early-connection.test.ts']
  },
  {
    name: 'a PUT goes over an early connection that has been idle for long',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/http/early-connection.ts',
    find: ' || now() - begunMs > MAX_IDLE_MS',
    replace: '',
    tests: ['__tests__/http/early-connection.test.ts']
  },
  {
    name: 'a link in what was checked out leads to the files of other steps',
    source: 'https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresymlinks',
    file: 'src/request/job-file.ts',
    find: 'entries.filter((entry) => !isLinked(entry))',
    replace: 'entries',
    tests: ['__tests__/request/job-file.test.ts']
  },
  {
    name: 'a cancel request is given up because the workflow is canceled, too',
    source: WAIT_UNTIL,
    file: 'src/run/cancel-awaited.ts',
    find: 'isCut ? await atOnce() : first',
    replace: 'first',
    tests: ['__tests__/run/cancel-awaited.test.ts']
  },
  {
    name: 'the post step cancels what is not proven to be ours',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/run/confirm-end.ts',
    find: 'if (mustCancel && isOurs) {',
    replace: 'if (mustCancel) {',
    tests: ['__tests__/run/confirm-end.test.ts']
  },
  {
    name: 'a chosen correlation ID proves whose a deployment is',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/arm/verify.ts',
    find: 'sent.isIdShared !== true &&',
    replace: '',
    tests: ['__tests__/arm/verify.test.ts']
  },
  {
    name: 'a resume that cannot sign in polls on',
    source: SIGN_IN,
    file: 'src/run/polling.ts',
    find: 'error.isFinal ? toOperationError(error) : undefined',
    replace: 'undefined',
    tests: ['__tests__/run/run-resume.test.ts']
  },
  {
    name: 'a final sign-in failure is called Failed',
    source: SIGN_IN,
    file: 'src/operation/next.ts',
    find: "return { state: 'unknown', facts, url, reason, error }",
    replace:
      "return { state: 'failed', facts, url, reason, error, response: { status: 401, headers: {}, body: { kind: 'empty' } } }",
    tests: ['__tests__/run/run-operation.test.ts', '__tests__/run/run-resume.test.ts']
  },
  {
    name: 'secrets are masked after texts are escaped',
    source: RUNNER_MASKS,
    file: 'src/runner/tell-outcome.ts',
    find: 'const outcome = hideOutcome(whole, masks)',
    replace: 'const outcome = whole',
    tests: ['__tests__/runner/tell-outcome.test.ts']
  },
  {
    name: 'a pattern begins anew at each of its hyphens',
    source: 'https://v8.dev/blog/non-backtracking-regexp',
    file: 'src/secret-shapes.ts',
    find: String.raw`/(?<![\w-])([\w-]{11,})(?=(\.[\w-]{8,}\.[\w-]*))/g`,
    replace: String.raw`/\b(eyJ[\w-]{8,})(?=(\.[\w-]{8,}\.[\w-]*))/g`,
    tests: ['__tests__/report/patterns.slow.test.ts']
  },
  {
    name: '`auto` passes over a session that has expired',
    source: SIGN_IN,
    file: 'src/auth/credential.ts',
    find: 'return !isTool || TOOL_ABSENCE.test(toToolLine(error.message))',
    replace: 'return true',
    tests: ['__tests__/auth/credential.test.ts']
  },
  {
    name: 'an operation starts before what it needs is done',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: `if (!hasRoom || all.some((need) => draft.states.get(need)?.kind !== 'ended')) return WAITING`,
    replace: 'if (!hasRoom) return WAITING',
    tests: [
      '__tests__/batch/schedule.test.ts',
      '__tests__/batch/run-all.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'an operation that needs a failed one is sent',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "  if (missing !== undefined) return skip({ kind: 'needs', name: missing })\n",
    replace: '',
    tests: [
      '__tests__/batch/schedule.test.ts',
      '__tests__/batch/run-all.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'the next operation starts after a failure',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "  if (draft.failed !== undefined) return skip({ kind: 'fail-fast', name: draft.failed })\n",
    replace: '',
    tests: [
      '__tests__/batch/schedule.test.ts',
      '__tests__/batch/run-all.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'more operations run at once than may',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: '  if (running >= rules.maxParallel) return false\n',
    replace: '',
    tests: [
      '__tests__/batch/schedule.test.ts',
      '__tests__/batch/run-all.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'whatever was skipped is as good as done',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: `return status === 'Succeeded' || notSent?.kind === 'if'`,
    replace: `return status === 'Succeeded' || notSent !== undefined`,
    tests: ['__tests__/batch/schedule.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what its own `if` has skipped is not done',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: ` || notSent?.kind === 'if'`,
    replace: '',
    tests: [
      '__tests__/batch/schedule.test.ts',
      '__tests__/batch/run-all.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'what still runs is done',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "return state?.kind === 'ended' && !isDone(state)",
    replace: "return state?.kind === 'ended' && state.status !== 'InProgress' && !isDone(state)",
    tests: ['__tests__/batch/schedule.test.ts']
  },
  {
    name: 'an operation ends twice',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "    if (draft.states.get(name)?.kind !== 'running') throw new Error(`${name} is not running`)\n",
    replace: '',
    tests: ['__tests__/batch/schedule.test.ts']
  },
  {
    name: 'what waits at the end of the step starts after it',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: '      settle(closeSchedule(schedule, by))\n',
    replace: '',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'the cancellation is not passed on to what runs',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: "      if (by === 'cancellation') running.cancel()\n",
    replace: '',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'the end of one operation ends the others',
    source: LISTS,
    file: 'src/batch/running.ts',
    find: '      all.delete(name)\n',
    replace: '      all.delete(name)\n      for (const own of all.values()) own.abort()\n',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'the deadline of the step is a cancellation',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: `if (by === 'cancellation') running`,
    replace: 'running',
    tests: ['__tests__/batch/run-all.test.ts']
  },
  {
    name: 'an operation starts for the last second of its step',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: 'deadlineMs - Math.min(MAX_LEAD_MS, plan.timeoutMs / 10)',
    replace: 'deadlineMs',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a list that is over waits for its deadline',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: '    over.abort()\n',
    replace: '',
    tests: ['__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an `if` that runs into a defect ends the list',
    source: LISTS,
    file: 'src/batch/listed-operations.ts',
    find: "    return operation.item.judge(responses.scopeOf(operation))\n  } catch (error) {\n    return { kind: 'fault', message: messageOf(error) }",
    replace:
      '    return operation.item.judge(responses.scopeOf(operation))\n  } catch (error) {\n    throw error',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a log that cannot be written ends the list',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: '    } catch {\n      // There is nowhere left to say it.\n    }',
    replace: '    } catch (error) {\n      throw error\n    }',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an operation is sent after the cancellation',
    source: LISTS,
    file: 'src/batch/run-item.ts',
    find: "  if (signal.aborted) return { name, status: 'Canceled', notSent: { kind: 'cancellation' } }\n",
    replace: '',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an operation is sent after the deadline',
    source: LISTS,
    file: 'src/batch/run-item.ts',
    find: "  if (nowMs >= lastStartMs) return { name, status: 'TimedOut', notSent: { kind: 'deadline' } }\n",
    replace: '',
    tests: ['__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an operation has more time than its step',
    source: LISTS,
    file: 'src/batch/run-item.ts',
    find: '  if (timing.timeoutMs <= leftMs) return spec\n',
    replace: '  if (timing.timeoutMs > 0) return spec\n',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an outcome that cannot be kept is waited for',
    source: LISTS,
    file: 'src/batch/run-item.ts',
    find: '  } catch {\n    // The verdict stands, and there is nowhere left to say it.\n  }',
    replace: '  } catch (error) {\n    throw error\n  }',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a response is let go of while another operation reads it',
    source: LISTS,
    file: 'src/batch/responses.ts',
    find: 'if (left === 0) letGo(name)',
    replace: 'letGo(name)',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a response is held that nobody will read',
    source: LISTS,
    file: 'src/batch/responses.ts',
    find: '      if (left === 0) letGo(name)\n',
    replace: '',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an element of a loop starts before that of the loop that it follows',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: 'const before = isUnopened ? loop.follows : forerunner',
    replace: 'const before = isUnopened ? loop.follows : undefined',
    tests: ['__tests__/batch/schedule.loops.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a loop runs more of its operations at once than it may',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: 'loop.running < loop.maxParallel',
    replace: 'loop.running <= loop.maxParallel',
    tests: ['__tests__/batch/schedule.loops.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a loop is done with the first of its operations',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: 'if (loop === undefined || loop.left > 0 ||',
    replace: 'if (loop === undefined ||',
    tests: ['__tests__/batch/schedule.loops.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a loop that has failed in one is done',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: 'if (loop !== undefined) return loop.isUndone',
    replace: 'if (loop !== undefined) return false',
    tests: ['__tests__/batch/schedule.loops.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what was accepted in an earlier step waits for its needs',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "  if (isAccepted === true) return { kind: 'running' }\n",
    replace: '',
    tests: ['__tests__/batch/schedule.loops.test.ts']
  },
  {
    name: 'what was accepted in an earlier step is lost at a cancellation',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: 'if (item.isAccepted === true) start(draft, item)\n    else {',
    replace: '{',
    tests: ['__tests__/batch/schedule.loops.test.ts']
  },
  {
    name: 'what has ended in an earlier step starts again',
    source: LISTS,
    file: 'src/batch/schedule.ts',
    find: "  if (before !== undefined) end(draft, item, { kind: 'ended', ...before })\n  else {",
    replace: '  {',
    tests: ['__tests__/batch/schedule.loops.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what was accepted in an earlier step is not sent for want of time',
    source: LISTS,
    file: 'src/batch/run-item.ts',
    find: "  if (spec.start.kind === 'request') {",
    replace: '  {',
    tests: ['__tests__/batch/run-all.test.ts']
  },
  {
    name: 'a loop without elements holds what its operations would have read',
    source: LISTS,
    file: 'src/batch/responses.ts',
    find: '      if (elements.length === 0) readNoMore(item)\n',
    replace: '',
    tests: ['__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what was accepted in an earlier step is let go of when another fails',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: '    if (operation.resume !== undefined) started.onSend()\n',
    replace: '',
    tests: ['__tests__/batch/run-all.test.ts']
  },
  {
    name: 'what begins is not noted before it is sent',
    source: LISTS,
    file: 'src/runner/list-state.ts',
    find: '      if (fresh.length > 0) last = last.then(() => note(fresh, report))\n',
    replace: '',
    tests: ['__tests__/runner/list-state.test.ts']
  },
  {
    name: 'the next state forgets what has begun',
    source: LISTS,
    file: 'src/runner/list-state.ts',
    find: 'addBegun(state, listBegun(report, begun), startedAt)',
    replace: 'addBegun(state, listBegun(report, new Set()), startedAt)',
    tests: ['__tests__/runner/list-state.test.ts']
  },
  {
    name: 'an operation of a loop sees the response with another element',
    source: LISTS,
    file: 'src/batch/responses.ts',
    find: 'const forerunner = nameOperation(name, place.key)',
    replace: 'const forerunner = [...single.keys()][0] ?? nameOperation(name, place.key)',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'an if about a loop as a whole is looked at for each element',
    source: LISTS,
    file: 'src/batch/listed-operations.ts',
    find: 'if (!isWhole) return judge(operation, responses)',
    replace: 'if (!isWhole || place !== undefined) return judge(operation, responses)',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a list from a response has more operations than a step may have',
    source: LISTS,
    file: 'src/batch/listed-operations.ts',
    find: 'count > MAX_OPERATIONS ? refuse',
    replace: 'count > MAX_OPERATIONS * 2 ? refuse',
    tests: ['__tests__/batch/run-all.test.ts']
  },
  {
    name: 'an element that is there twice runs twice',
    source: LISTS,
    file: 'src/batch/elements.ts',
    find: 'if (!distinct.has(text)) distinct.set(text, value)',
    replace: 'distinct.set(`${text} ${distinct.size}`, value)',
    tests: ['__tests__/batch/run-all.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a null is filled in as nothing',
    source: LISTS,
    file: 'src/batch/references.ts',
    find: '    if (value === null) {\n',
    replace: "    if (value === null && place === 'value') {\n",
    tests: ['__tests__/batch/references.test.ts']
  },
  {
    name: 'a reference loses the type of its value',
    source: LISTS,
    file: 'src/batch/references.ts',
    find: "    if (isWhole && place === 'value') return { kind: 'value', value }\n",
    replace: '',
    tests: ['__tests__/batch/references.test.ts']
  },
  {
    name: 'what is filled into a URL ends its segment',
    source: LISTS,
    file: 'src/batch/references.ts',
    find: 'texts.push(encodeURIComponent(text.toWellFormed()))',
    replace: 'texts.push(text)',
    tests: ['__tests__/batch/references.test.ts']
  },
  {
    name: 'a quoted brace ends a reference',
    source: LISTS,
    file: 'src/batch/references.ts',
    find: "    if (QUOTES.has(mark)) at = skipQuoted(text, at)\n    else if (mark === '{')",
    replace: `    if (mark === '{')`,
    tests: ['__tests__/batch/references.test.ts']
  },
  {
    name: 'reads take every socket',
    source: ROOM_FOR_ALL,
    file: 'src/http/lanes.ts',
    find: `return lane === 'change' || reads < MAX_SOCKETS - KEPT_FROM_READS`,
    replace: 'return true',
    tests: ['__tests__/http/lanes.test.ts']
  },
  {
    name: 'more exchanges are under way than there are sockets',
    source: ROOM_FOR_ALL,
    file: 'src/http/lanes.ts',
    find: '    if (taken.change.size + reads >= MAX_TURNS) return false\n',
    replace: '',
    tests: ['__tests__/http/lanes.test.ts']
  },
  {
    name: 'a read that hangs keeps its socket',
    source: ROOM_FOR_ALL,
    file: 'src/http/lanes.ts',
    find: '      yields.abort()\n',
    replace: '',
    tests: [
      '__tests__/http/lanes.test.ts',
      '__tests__/arm/shared-client.test.ts',
      '__tests__/faults/list-proof.slow.test.ts'
    ]
  },
  {
    name: 'a change that hangs is cut',
    source: ROOM_FOR_ALL,
    file: 'src/http/lanes.ts',
    find: 'for (const { sinceMs, yields } of taken.read) {',
    replace: 'for (const { sinceMs, yields } of [...taken.change, ...taken.read]) {',
    tests: ['__tests__/http/lanes.test.ts']
  },
  {
    name: 'a first request waits for reads',
    source: ROOM_FOR_ALL,
    file: 'src/http/lanes.ts',
    find: "    startIn('change', MAX_CHANGES)\n    startIn('slow', SURE_FOR_SLOW)\n    startIn('read', MAX_TURNS)\n",
    replace:
      "    startIn('slow', SURE_FOR_SLOW)\n    startIn('read', MAX_TURNS)\n    startIn('change', MAX_CHANGES)\n",
    tests: ['__tests__/http/lanes.test.ts']
  },
  {
    name: 'the wait for a turn is time of the exchange',
    source: ROOM_FOR_ALL,
    file: 'src/arm/shared-client.ts',
    find: 'cutDuring(endMs - now(), exchange',
    replace: 'cutDuring(exchange.options.timeoutMs, exchange',
    tests: ['__tests__/arm/shared-client.test.ts']
  },
  {
    name: 'one 429 stops nobody else',
    source: LIMITS,
    file: 'src/arm/pace.ts',
    find: '  if (!isThrottled) return known\n',
    replace: '  if (!isThrottled || known !== undefined) return known\n',
    tests: ['__tests__/arm/pace.test.ts', '__tests__/arm/shared-client.test.ts']
  },
  {
    name: 'one 429 stops all for hours',
    source: LIMITS,
    file: 'src/arm/pace.ts',
    find: 'Math.min(askedMs, MAX_PAUSE_MS)',
    replace: 'askedMs',
    tests: ['__tests__/arm/pace.test.ts']
  },
  {
    name: 'the limit of one subscription slows another',
    source: LIMITS,
    file: 'src/arm/pace.ts',
    find: 'return `${kind} ${subscription.toLowerCase()}`',
    replace: 'return `${kind} ${subscription.slice(0, 0)}`',
    tests: ['__tests__/arm/pace.test.ts']
  },
  {
    name: 'what had ended in an earlier step holds what it would have read',
    source: LISTS,
    file: 'src/batch/run-all.ts',
    find: "if (kind === 'ended' && !schedule.loops.has(name)) release(name)",
    replace: "if (kind === 'running') release(name)",
    tests: ['__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a step that resumes a list alone forgets what others will read',
    source: LISTS,
    file: 'src/batch/state-keeper.ts',
    find: 'if (plan.carried?.isAlone !== true) return planned',
    replace: "if (planned !== 'all') return planned",
    tests: ['__tests__/batch/state-keeper.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what had ended is sent again by a resume',
    source: LISTS,
    file: 'src/runner/list-state.ts',
    find: "return isUnsent(outcome.ending) ? { kind: 'not-started' } : toEnded(outcome)",
    replace: "return { kind: 'not-started' }",
    tests: ['__tests__/runner/list-state.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'what was sent and not answered is sent again by a resume',
    source: LISTS,
    file: 'src/runner/list-state.ts',
    find: "return isLost(record) ? concludeUnseen(record) : { kind: 'not-started' }",
    replace: "return { kind: 'not-started' }",
    tests: ['__tests__/runner/list-state.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  },
  {
    name: 'a resumed list may say otherwise what was sent',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: 'if (sent === undefined) return\n',
    replace: 'if (sent === undefined || items.length > 0) return\n',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'a resumed list knows an element by its place',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: 'return new Map(elements.map(({ key, value }) => [digestElement(value), key]))',
    replace:
      "return new Map(operations.map(({ element }, at) => [element?.digest ?? '', elements[at]?.key ?? '']))",
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'a resumed list asks a response again what its loop goes over',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: '  if (!isSame(first)) return item\n',
    replace: '  if (isSame(first)) return item\n',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'what a resumed list does not have any more is forgotten',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: '      else if (isSent(operation)) {\n',
    replace: '      else if (keys !== undefined && isSent(operation)) {\n',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'one deeply nested element ends the whole step',
    source: LISTS,
    file: 'src/http/deep-json.ts',
    find: '  return level.length > 0\n',
    replace: '  return level.length < 0\n',
    tests: ['__tests__/inputs/list-loops.test.ts', '__tests__/batch/state-keeper.test.ts']
  },
  {
    name: 'a resumed list sends what was sent with another method of the step',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: 'before.digest === digest && before.method === shown.method',
    replace: 'before.digest === digest',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'a new loop takes what the state does not hold for null',
    source: LISTS,
    file: 'src/inputs/list-lost.ts',
    find: 'loop?.elements ?? context.items.get(first)?.loop?.elements',
    replace: 'loop?.elements',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'an element that the state does not hold is null',
    source: LISTS,
    file: 'src/inputs/list-lost.ts',
    find: 'paths && context.keptLists.has(first)',
    replace: 'paths && kept !== undefined && context.keptLists.has(first)',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'a forged state says where a cancel is sent',
    source: LISTS,
    file: 'src/inputs/list-resume.ts',
    find: 'isUrlOwn && isCancelUrlOwn ? undefined',
    replace: 'isUrlOwn ? undefined',
    tests: ['__tests__/inputs/list-resume.test.ts']
  },
  {
    name: 'what was accepted with a secret in its URL is taken for another request',
    source: LISTS,
    file: 'src/inputs/list-resume.ts',
    find: 'if (lost !== undefined) throw',
    replace: 'if (lost === input) throw',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'a step that is cut before it takes up what was accepted forgets that',
    source: LISTS,
    file: 'src/batch/state-keeper.ts',
    find: "return past.kind === 'not-started' ? (before ?? past) : past",
    replace: "return past.kind === 'accepted' ? (before ?? past) : past",
    tests: ['__tests__/batch/state-keeper.test.ts']
  },
  {
    name: 'what has ended in another subscription has ended here',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: '      refuseElsewhere(name, past.end, context)\n',
    replace: '',
    tests: ['__tests__/inputs/list-past.test.ts']
  },
  {
    name: 'what was accepted is sent anew by a resume with its list',
    source: LISTS,
    file: 'src/inputs/list-past.ts',
    find: '      return takeUp(name, past.handle, context)\n',
    replace: '      return undefined\n',
    tests: ['__tests__/inputs/list-past.test.ts', '__tests__/faults/list-proof.slow.test.ts']
  }
]

/** How often a text stands in another. */
export function countFinds(text: string, wanted: string): number {
  return text.split(wanted).length - 1
}
