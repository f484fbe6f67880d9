/**
 * Handles in format 1, letter by letter as releases have written them, and what they say. A row is never changed, and
 * no text in it is ever written anew: somebody's later step may hold one like it. A new format gets a file of its own.
 * Written by the code of commit 83735b3.
 */
import { CUSTOM, empty, json, operationStatus, refusal, resource } from '../conversation.ts'
import {
  CACHE,
  facts,
  handle,
  IDS,
  MANAGEMENT_GROUP,
  RESTART,
  RESULT,
  running,
  STATUS,
  SUBSCRIPTION,
  type WrittenHandle
} from './written-handle.ts'

export const FORMAT_1: readonly WrittenHandle[] = [
  {
    name: 'a PUT by its Azure-AsyncOperation',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInIiOjE1MDAwLCJwIjp0cnVlLCJ3IjoiQ3JlYXRpbmciLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.1qahzd693i97i',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 201, {
          sawProgress: true,
          retryAfterMs: 15_000,
          lastStatus: 'Creating'
        }),
        { via: 'status-url', url: STATUS, header: 'azure-async-operation' }
      )
    ),
    next: { answer: operationStatus('Succeeded'), state: 'fetching-result' }
  },
  {
    name: 'a PUT that has been polled',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInIiOjIwMDAwLCJwIjp0cnVlLCJ3IjoiUnVubmluZyIsInYiOiJzdGF0dXMtdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL2xvY2F0aW9ucy93ZXN0ZXVyb3BlL29wZXJhdGlvblN0YXR1c2VzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImUiOnRydWUsImkiOiIwZjhhMWMyMi01YjFlLTRiOGUtOWQ1ZS0wYzZhN2QyZjFlM2IiLCJxIjoid2VzdGV1cm9wZToyMDI2MDEwMVQwMDAwMDBaOjEiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2cenwdtzpp8hm',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 201, {
          pollCount: 2,
          sawProgress: true,
          retryAfterMs: 20_000,
          lastStatus: 'Running'
        }),
        { via: 'status-url', url: STATUS, everReadable: true, header: 'azure-async-operation' }
      ),
      {
        correlationId: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
        requestId: 'westeurope:20260101T000000Z:1'
      }
    ),
    next: { answer: operationStatus('Running'), state: 'running' }
  },
  {
    name: 'a POST by its signed Operation-Location, beside a regional Location',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsImwiOiJodHRwczovL3dlc3RldXJvcGUubWFuYWdlbWVudC5henVyZS5jb20vc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9vcGVyYXRpb25SZXN1bHRzLzg_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsInYiOiJzdGF0dXMtdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzNTUwMWNlMDAzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL29wZXJhdGlvblN0YXR1c2VzLzg_YXBpLXZlcnNpb249MjAyNS0wNC0wMSZ0PTYzOTAyODIyNDAwMDAwMDAwMCZjPU1JSX54X3kmcz0lMkYBcwIlMkYBdAImaD1xLV8xJTNEIiwiaCI6Im9wZXJhdGlvbi1sb2NhdGlvbiIsIngiOiJsb2NhdGlvbiIsImtzIjoiMmUzeDB2dmhveXIxMSIsImt0IjoiMWNmc2pvc3QydHVjcSJ9.0gx239gzfgsxr',
    ids: IDS,
    handle: handle(
      running(
        facts({ method: 'POST', url: RESTART }, 202, {
          locationUrl:
            'https://westeurope.management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/providers/Microsoft.Cache/operationResults/8?api-version=2025-04-01'
        }),
        {
          via: 'status-url',
          url: 'https://management.azure.com/subscriptions/5F3B1C2D-0000-4AAA-9BBB-0123456789AB/providers/Microsoft.Cache/operationStatuses/8?api-version=2025-04-01&t=639028224000000000&c=MII~x_y&s=%2F5f3b1c2d-0000-4aaa-9bbb-0123456789ab%2F72f988bf-86f1-41af-91ab-2d7cd011db47&h=q-_1%3D',
          header: 'operation-location'
        }
      ),
      { finalStateVia: 'location' }
    ),
    next: { answer: operationStatus('Succeeded'), state: 'fetching-result' }
  },
  {
    name: 'a PATCH by its Location',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQQVRDSCIsInUiOiIvc3Vic2NyaXB0aW9ucy8BcwIvcmVzb3VyY2VHcm91cHMvc2hvcC9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL3JlZGlzL2NhcnQ_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL2xvY2F0aW9ucy93ZXN0ZXVyb3BlL29wZXJhdGlvblJlc3VsdHMvNz9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.1gsflez30owsy',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'PATCH', url: CACHE }, 202, { locationUrl: RESULT }), {
        via: 'location-url',
        url: RESULT
      })
    ),
    next: { answer: resource(200, 'Succeeded'), state: 'succeeded' }
  },
  {
    name: 'a POST whose first answer may stand',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImEiOjIwMCwia3MiOiIyZTN4MHZ2aG95cjExIn0.00a88ph9bw2p7',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'POST', url: RESTART }, 200, { locationUrl: RESULT }), {
        via: 'location-url',
        url: RESULT,
        provisionalAnswer: empty(200)
      })
    ),
    next: { answer: empty(405), state: 'succeeded' }
  },
  {
    name: 'a PUT whose first answer said Succeeded',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInciOiJTdWNjZWVkZWQiLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJhIjoyMDAsImtzIjoiMmUzeDB2dmhveXIxMSJ9.0axxf0mfgbhzv',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'PUT', url: CACHE }, 200, { lastStatus: 'Succeeded' }), {
        via: 'status-url',
        url: STATUS,
        header: 'azure-async-operation',
        provisionalAnswer: empty(200)
      })
    ),
    next: { answer: empty(405), state: 'confirming' }
  },
  {
    name: 'a PUT by the resource',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInAiOnRydWUsInciOiJDcmVhdGluZyIsInYiOiJyZXNvdXJjZSIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.34bamq26jfs0l',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 201, { sawProgress: true, lastStatus: 'Creating' }),
        { via: 'resource', url: CACHE }
      )
    ),
    next: { answer: resource(200, 'Succeeded'), state: 'succeeded' }
  },
  {
    name: 'a PUT whose status URL was given up for the resource',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInAiOnRydWUsImIiOnRydWUsInciOiJVcGRhdGluZyIsInYiOiJyZXNvdXJjZSIsImUiOnRydWUsImtzIjoiMmUzeDB2dmhveXIxMSJ9.0lsfrt2s8ubk9',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 201, {
          pollCount: 2,
          sawProgress: true,
          fellBack: true,
          lastStatus: 'Updating'
        }),
        { via: 'resource', url: CACHE, everReadable: true }
      )
    ),
    next: { answer: resource(200, 'Succeeded'), state: 'succeeded' }
  },
  {
    name: 'a DELETE by the absence of the resource',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJERUxFVEUiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJhYnNlbmNlIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.255ch1gkss2ue',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'DELETE', url: CACHE }, 202), { via: 'absence', url: CACHE })
    ),
    next: { answer: refusal(404, 'NotFound'), state: 'running' }
  },
  {
    name: 'a DELETE whose monitor was not found while the resource was there',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJERUxFVEUiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjQsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImUiOnRydWUsImQiOjEsImtzIjoiMmUzeDB2dmhveXIxMSJ9.01s906gwuxyc1',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'DELETE', url: CACHE }, 202, { pollCount: 4, locationUrl: RESULT }), {
        via: 'location-url',
        url: RESULT,
        everReadable: true,
        missedRounds: 1
      })
    ),
    next: { answer: refusal(404, 'NotFound'), state: 'seeking-absence' }
  },
  {
    name: 'a confirmation of an answer whose monitor is missing',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjEsInciOiJTdWNjZWVkZWQiLCJ2IjoiY29uZmlybWluZyIsImEiOjIwMCwia3MiOiIyZTN4MHZ2aG95cjExIn0.1dkyym61ff529',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'confirming',
      url: CACHE,
      wait: { kind: 'none' },
      attempts: 0,
      isMonitorForeign: false,
      provisionalAnswer: empty(200),
      facts: facts({ method: 'PUT', url: CACHE }, 200, { pollCount: 1, lastStatus: 'Succeeded' })
    }),
    next: { answer: resource(200, 'Failed'), state: 'failed' }
  },
  {
    name: 'a confirmation beside a monitor on another host',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInciOiJTdWNjZWVkZWQiLCJ2IjoiY29uZmlybWluZyIsIm1mIjp0cnVlLCJhIjoyMDAsImtzIjoiMmUzeDB2dmhveXIxMSJ9.390zj9l0j9k5o',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'confirming',
      url: CACHE,
      wait: { kind: 'none' },
      attempts: 0,
      isMonitorForeign: true,
      provisionalAnswer: empty(200),
      facts: facts({ method: 'PUT', url: CACHE }, 200, { lastStatus: 'Succeeded' })
    }),
    next: { answer: empty(403), state: 'unknown' }
  },
  {
    name: 'a wait for a condition',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJjb25kaXRpb24iLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJ3dSI6InByb3BlcnRpZXMubGlua2VkU2VydmVyc1swXSAhPSBudWxsICYmIG5hbWUgPT0gJ2NhcnQnIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.1rdufd6ec72ts',
    ids: SUBSCRIPTION,
    handle: handle(
      { state: 'awaiting-condition', url: CACHE, facts: facts({ method: 'PUT', url: CACHE }, 200) },
      { conditions: { waitUntil: "properties.linkedServers[0] != null && name == 'cart'" } }
    )
  },
  {
    name: 'a wait for a condition at another URL, by an operation that took its time',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInYiOiJjb25kaXRpb24iLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0L2ZpcmV3YWxsUnVsZXMveD9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwid3UiOiJwcm9wZXJ0aWVzLnJlYWR5Iiwid2wiOiIvZmlyZXdhbGxSdWxlcy94IiwiZmkiOiJwcm9wZXJ0aWVzLnN0YXRlID09ICdCcm9rZW4g8J-YgCciLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2fk06fs68qzsi',
    ids: SUBSCRIPTION,
    handle: handle(
      {
        state: 'awaiting-condition',
        url: 'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Cache/redis/cart/firewallRules/x?api-version=2025-04-01',
        facts: facts({ method: 'POST', url: RESTART }, 202, { pollCount: 2 })
      },
      {
        conditions: {
          waitUntil: 'properties.ready',
          waitUntilUrl: '/firewallRules/x',
          failIf: "properties.state == 'Broken 😀'"
        }
      }
    )
  },
  {
    name: 'conditions and state words of its own',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInAiOnRydWUsInciOiJQcm92aXNpb25pbmciLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJ4Ijoib3JpZ2luYWwtdXJpIiwieSI6WyJSZWFkeSIsIk9ubGluZSJdLCJ6IjpbIkJyb2tlbiJdLCJ3dSI6ImEiLCJmaSI6ImIiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2zjndmglf9m2v',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 201, {
          sawProgress: true,
          lastStatus: 'Provisioning'
        }),
        { via: 'status-url', url: STATUS, header: 'azure-async-operation' }
      ),
      {
        finalStateVia: 'original-uri',
        extraStates: { success: ['Ready', 'Online'], failure: ['Broken'] },
        conditions: { waitUntil: 'a', failIf: 'b' }
      }
    ),
    next: { answer: operationStatus('Ready'), state: 'fetching-result' }
  },
  {
    name: 'no subscription in the URL, and none given',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3Byb3ZpZGVycy9NaWNyb3NvZnQuTWFuYWdlbWVudC9tYW5hZ2VtZW50R3JvdXBzL3Nob3A_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9wcm92aWRlcnMvTWljcm9zb2Z0Lk1hbmFnZW1lbnQvb3BlcmF0aW9uUmVzdWx0cy9jcmVhdGUvbWFuYWdlbWVudEdyb3Vwcy9zaG9wP2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEifQ.1fqpao7qug3k4',
    ids: {},
    handle: handle(
      running(
        facts({ method: 'PUT', url: MANAGEMENT_GROUP }, 202, {
          locationUrl:
            'https://management.azure.com/providers/Microsoft.Management/operationResults/create/managementGroups/shop?api-version=2025-04-01'
        }),
        {
          via: 'location-url',
          url: 'https://management.azure.com/providers/Microsoft.Management/operationResults/create/managementGroups/shop?api-version=2025-04-01'
        }
      )
    ),
    next: { answer: empty(200), state: 'fetching-result' }
  },
  {
    name: 'no subscription in the URL, one given and met in the polling URL',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3Byb3ZpZGVycy9NaWNyb3NvZnQuTWFuYWdlbWVudC9tYW5hZ2VtZW50R3JvdXBzL3Nob3A_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9wcm92aWRlcnMvTWljcm9zb2Z0Lk1hbmFnZW1lbnQvb3BlcmF0aW9uUmVzdWx0cy8BcwI_YXBpLXZlcnNpb249MjAyNS0wNC0wMSZ0ZW5hbnQ9AXQyMzEwYzY1OGMCIiwia3MiOiIyZTN4MHZ2aG95cjExIiwia3QiOiIxY2Zzam9zdDJ0dWNxIn0.1nrodql1nugc9',
    ids: IDS,
    handle: handle(
      running(
        facts({ method: 'PUT', url: MANAGEMENT_GROUP }, 202, {
          locationUrl:
            'https://management.azure.com/providers/Microsoft.Management/operationResults/5f3b1c2d-0000-4aaa-9bbb-0123456789ab?api-version=2025-04-01&tenant=72F988BF-86F1-41AF-91AB-2D7CD011DB47'
        }),
        {
          via: 'location-url',
          url: 'https://management.azure.com/providers/Microsoft.Management/operationResults/5f3b1c2d-0000-4aaa-9bbb-0123456789ab?api-version=2025-04-01&tenant=72F988BF-86F1-41AF-91AB-2D7CD011DB47'
        }
      )
    ),
    next: { answer: empty(202), state: 'running' }
  },
  {
    name: 'an endpoint of its own',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9hcm0uc3RhY2suZXhhbXBsZTo4NDQzIiwibSI6IlBVVCIsInUiOiIvc3Vic2NyaXB0aW9ucy8BcwIvcmVzb3VyY2VHcm91cHMvc2hvcC9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL3JlZGlzL2NhcnQ_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMSwidCI6MTc2NzIyNTYwMDAwMCwicCI6dHJ1ZSwidyI6IkFjY2VwdGVkIiwidiI6InN0YXR1cy11cmwiLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL29wZXJhdGlvbnMvNz9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.04xdbrlohfzvf',
    ids: SUBSCRIPTION,
    trust: CUSTOM,
    handle: handle(
      running(
        facts(
          {
            method: 'PUT',
            url: 'https://arm.stack.example:8443/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Cache/redis/cart?api-version=2025-04-01'
          },
          201,
          { sawProgress: true, lastStatus: 'Accepted' }
        ),
        {
          via: 'status-url',
          url: 'https://arm.stack.example:8443/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/operations/7?api-version=2025-04-01',
          header: 'azure-async-operation'
        }
      )
    ),
    next: { answer: operationStatus('Canceled'), state: 'canceled' }
  },
  {
    name: 'a read that runs on',
    text: 'armop1.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJHRVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.3t66kpbsxoz6s',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'GET', url: CACHE }, 202, { locationUrl: RESULT }), {
        via: 'location-url',
        url: RESULT
      })
    ),
    next: { answer: json(200, { keys: [] }), state: 'succeeded' }
  }
]
