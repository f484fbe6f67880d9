/**
 * Handles in format 2, letter by letter as releases have written them, and what they say. A row is never changed, and
 * no text in it is ever written anew: somebody's later step may hold one like it. A new format gets a file of its own.
 */
import { empty, operationStatus, resource } from '../conversation.ts'
import { FORMAT_1 } from './format-1.ts'
import {
  CACHE,
  facts,
  handle,
  RESTART,
  running,
  STATUS,
  SUBSCRIPTION,
  type WrittenHandle
} from './written-handle.ts'

const DEPLOYMENT =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=2025-04-01'

/** What format 1 can say, as format 2 says it, by the name of its row. */
const AS_BEFORE: Readonly<Record<string, string>> = {
  'a PUT by its Azure-AsyncOperation':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInIiOjE1MDAwLCJwIjp0cnVlLCJ3IjoiQ3JlYXRpbmciLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.1qahzd693i97i',
  'a PUT that has been polled':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInIiOjIwMDAwLCJwIjp0cnVlLCJ3IjoiUnVubmluZyIsInYiOiJzdGF0dXMtdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL2xvY2F0aW9ucy93ZXN0ZXVyb3BlL29wZXJhdGlvblN0YXR1c2VzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImUiOnRydWUsImkiOiIwZjhhMWMyMi01YjFlLTRiOGUtOWQ1ZS0wYzZhN2QyZjFlM2IiLCJxIjoid2VzdGV1cm9wZToyMDI2MDEwMVQwMDAwMDBaOjEiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2cenwdtzpp8hm',
  'a POST by its signed Operation-Location, beside a regional Location':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsImwiOiJodHRwczovL3dlc3RldXJvcGUubWFuYWdlbWVudC5henVyZS5jb20vc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9vcGVyYXRpb25SZXN1bHRzLzg_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsInYiOiJzdGF0dXMtdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzNTUwMWNlMDAzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL29wZXJhdGlvblN0YXR1c2VzLzg_YXBpLXZlcnNpb249MjAyNS0wNC0wMSZ0PTYzOTAyODIyNDAwMDAwMDAwMCZjPU1JSX54X3kmcz0lMkYBcwIlMkYBdAImaD1xLV8xJTNEIiwiaCI6Im9wZXJhdGlvbi1sb2NhdGlvbiIsIngiOiJsb2NhdGlvbiIsImtzIjoiMmUzeDB2dmhveXIxMSIsImt0IjoiMWNmc2pvc3QydHVjcSJ9.0gx239gzfgsxr',
  'a PATCH by its Location':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQQVRDSCIsInUiOiIvc3Vic2NyaXB0aW9ucy8BcwIvcmVzb3VyY2VHcm91cHMvc2hvcC9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL3JlZGlzL2NhcnQ_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL2xvY2F0aW9ucy93ZXN0ZXVyb3BlL29wZXJhdGlvblJlc3VsdHMvNz9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.1gsflez30owsy',
  'a POST whose first answer may stand':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImEiOjIwMCwia3MiOiIyZTN4MHZ2aG95cjExIn0.00a88ph9bw2p7',
  'a PUT whose first answer said Succeeded':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInciOiJTdWNjZWVkZWQiLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJhIjoyMDAsImtzIjoiMmUzeDB2dmhveXIxMSJ9.0axxf0mfgbhzv',
  'a PUT by the resource':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInAiOnRydWUsInciOiJDcmVhdGluZyIsInYiOiJyZXNvdXJjZSIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.34bamq26jfs0l',
  'a PUT whose status URL was given up for the resource':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInAiOnRydWUsImIiOnRydWUsInciOiJVcGRhdGluZyIsInYiOiJyZXNvdXJjZSIsImUiOnRydWUsImtzIjoiMmUzeDB2dmhveXIxMSJ9.0lsfrt2s8ubk9',
  'a DELETE by the absence of the resource':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJERUxFVEUiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJhYnNlbmNlIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.255ch1gkss2ue',
  'a DELETE whose monitor was not found while the resource was there':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJERUxFVEUiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjQsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImUiOnRydWUsImQiOjEsImtzIjoiMmUzeDB2dmhveXIxMSJ9.01s906gwuxyc1',
  'a confirmation of an answer whose monitor is missing':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjEsInciOiJTdWNjZWVkZWQiLCJ2IjoiY29uZmlybWluZyIsImEiOjIwMCwia3MiOiIyZTN4MHZ2aG95cjExIn0.1dkyym61ff529',
  'a confirmation beside a monitor on another host':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInciOiJTdWNjZWVkZWQiLCJ2IjoiY29uZmlybWluZyIsIm1mIjp0cnVlLCJhIjoyMDAsImtzIjoiMmUzeDB2dmhveXIxMSJ9.390zj9l0j9k5o',
  'a wait for a condition':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJjb25kaXRpb24iLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJ3dSI6InByb3BlcnRpZXMubGlua2VkU2VydmVyc1swXSAhPSBudWxsICYmIG5hbWUgPT0gJ2NhcnQnIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.1rdufd6ec72ts',
  'a wait for a condition at another URL, by an operation that took its time':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjIsInYiOiJjb25kaXRpb24iLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0L2ZpcmV3YWxsUnVsZXMveD9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwid3UiOiJwcm9wZXJ0aWVzLnJlYWR5Iiwid2wiOiIvZmlyZXdhbGxSdWxlcy94IiwiZmkiOiJwcm9wZXJ0aWVzLnN0YXRlID09ICdCcm9rZW4g8J-YgCciLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2fk06fs68qzsi',
  'conditions and state words of its own':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInAiOnRydWUsInciOiJQcm92aXNpb25pbmciLCJ2Ijoic3RhdHVzLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25TdGF0dXNlcy83P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJ4Ijoib3JpZ2luYWwtdXJpIiwieSI6WyJSZWFkeSIsIk9ubGluZSJdLCJ6IjpbIkJyb2tlbiJdLCJ3dSI6ImEiLCJmaSI6ImIiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.2zjndmglf9m2v',
  'no subscription in the URL, and none given':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3Byb3ZpZGVycy9NaWNyb3NvZnQuTWFuYWdlbWVudC9tYW5hZ2VtZW50R3JvdXBzL3Nob3A_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9wcm92aWRlcnMvTWljcm9zb2Z0Lk1hbmFnZW1lbnQvb3BlcmF0aW9uUmVzdWx0cy9jcmVhdGUvbWFuYWdlbWVudEdyb3Vwcy9zaG9wP2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEifQ.1fqpao7qug3k4',
  'no subscription in the URL, one given and met in the polling URL':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3Byb3ZpZGVycy9NaWNyb3NvZnQuTWFuYWdlbWVudC9tYW5hZ2VtZW50R3JvdXBzL3Nob3A_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMiwidCI6MTc2NzIyNTYwMDAwMCwibCI6Ij0iLCJ2IjoibG9jYXRpb24tdXJsIiwiZyI6Ii9wcm92aWRlcnMvTWljcm9zb2Z0Lk1hbmFnZW1lbnQvb3BlcmF0aW9uUmVzdWx0cy8BcwI_YXBpLXZlcnNpb249MjAyNS0wNC0wMSZ0ZW5hbnQ9AXQyMzEwYzY1OGMCIiwia3MiOiIyZTN4MHZ2aG95cjExIiwia3QiOiIxY2Zzam9zdDJ0dWNxIn0.1nrodql1nugc9',
  'an endpoint of its own':
    'armop2.eyJvIjoiaHR0cHM6Ly9hcm0uc3RhY2suZXhhbXBsZTo4NDQzIiwibSI6IlBVVCIsInUiOiIvc3Vic2NyaXB0aW9ucy8BcwIvcmVzb3VyY2VHcm91cHMvc2hvcC9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL3JlZGlzL2NhcnQ_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImYiOjIwMSwidCI6MTc2NzIyNTYwMDAwMCwicCI6dHJ1ZSwidyI6IkFjY2VwdGVkIiwidiI6InN0YXR1cy11cmwiLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL29wZXJhdGlvbnMvNz9hcGktdmVyc2lvbj0yMDI1LTA0LTAxIiwia3MiOiIyZTN4MHZ2aG95cjExIn0.04xdbrlohfzvf',
  'a read that runs on':
    'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJHRVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDIsInQiOjE3NjcyMjU2MDAwMDAsImwiOiI9IiwidiI6ImxvY2F0aW9uLXVybCIsImciOiIvc3Vic2NyaXB0aW9ucy8BcwIvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9sb2NhdGlvbnMvd2VzdGV1cm9wZS9vcGVyYXRpb25SZXN1bHRzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.3t66kpbsxoz6s'
}

export const FORMAT_2: readonly WrittenHandle[] = [
  ...FORMAT_1.map((row) => ({ ...row, text: AS_BEFORE[row.name] ?? '' })),
  {
    name: 'a deployment by its status URL, with its identity',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5SZXNvdXJjZXMvZGVwbG95bWVudHMvd2ViP2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInAiOnRydWUsInciOiJBY2NlcHRlZCIsInYiOiJzdGF0dXMtdXJsIiwiZyI6Ii9zdWJzY3JpcHRpb25zLwFzAi9wcm92aWRlcnMvTWljcm9zb2Z0LkNhY2hlL2xvY2F0aW9ucy93ZXN0ZXVyb3BlL29wZXJhdGlvblN0YXR1c2VzLzc_YXBpLXZlcnNpb249MjAyNS0wNC0wMSIsImMiOiIwZjhhMWMyMi01YjFlLTRiOGUtOWQ1ZS0wYzZhN2QyZjFlM2IiLCJjdCI6MTc2NzIyNTYwMTAwMCwia3MiOiIyZTN4MHZ2aG95cjExIn0.2tkoawiddrcoi',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: DEPLOYMENT }, 201, {
          sawProgress: true,
          lastStatus: 'Accepted',
          identity: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
          deployedAtMs: Date.UTC(2026, 0, 1, 0, 0, 1)
        }),
        { via: 'status-url', url: STATUS, header: 'azure-async-operation' }
      )
    ),
    next: { answer: operationStatus('Running'), state: 'running' }
  },
  {
    name: 'a PUT by the resource, with the states that it was seen in',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjMsInAiOnRydWUsInciOiJMw6R1ZnQiLCJ2IjoicmVzb3VyY2UiLCJlIjp0cnVlLCJzIjpbIlVwZGF0aW5nIiwiTMOkdWZ0IPCfmIAiXSwia3MiOiIyZTN4MHZ2aG95cjExIn0.0jls1ceheoyp8',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 200, {
          pollCount: 3,
          sawProgress: true,
          lastStatus: 'Läuft',
          resourceWords: ['Updating', 'Läuft 😀']
        }),
        { via: 'resource', url: CACHE, everReadable: true }
      )
    ),
    next: { answer: resource(200, 'Succeeded'), state: 'succeeded' }
  },
  {
    name: 'a confirmation of a deployment, with the states of its resource',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5SZXNvdXJjZXMvZGVwbG95bWVudHMvd2ViP2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsIm4iOjEsInYiOiJjb25maXJtaW5nIiwiYSI6MjAwLCJjIjoiaWQtb2YtYS1zdGFjayIsInMiOlsiQ3JlYXRpbmciXSwia3MiOiIyZTN4MHZ2aG95cjExIn0.36yd8ziqu3ypj',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'confirming',
      url: DEPLOYMENT,
      wait: { kind: 'none' },
      attempts: 0,
      isMonitorForeign: false,
      provisionalAnswer: empty(200),
      facts: facts({ method: 'PUT', url: DEPLOYMENT }, 200, {
        pollCount: 1,
        identity: 'id-of-a-stack',
        resourceWords: ['Creating']
      })
    }),
    next: { answer: resource(200, 'Failed'), state: 'failed' }
  },
  {
    name: 'a wait for a condition, by a deployment',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5SZXNvdXJjZXMvZGVwbG95bWVudHMvd2ViP2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJjb25kaXRpb24iLCJnIjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJjIjoiMGY4YTFjMjItNWIxZS00YjhlLTlkNWUtMGM2YTdkMmYxZTNiIiwid3UiOiJwcm9wZXJ0aWVzLnJlYWR5Iiwid2wiOiJ7aWR9Iiwia3MiOiIyZTN4MHZ2aG95cjExIn0.1fzepy1auvok6',
    ids: SUBSCRIPTION,
    handle: handle(
      {
        state: 'awaiting-condition',
        url: CACHE,
        facts: facts({ method: 'PUT', url: DEPLOYMENT }, 201, {
          identity: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b'
        })
      },
      { conditions: { waitUntil: 'properties.ready', waitUntilUrl: '{id}' } }
    )
  },
  {
    name: 'a PUT that was over: it had succeeded, and its condition held',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDEsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJyZXNvdXJjZSIsInciOiJTdWNjZWVkZWQiLCJrIjoic3VjY2VlZGVkIiwiaSI6IjBmOGExYzIyLTViMWUtNGI4ZS05ZDVlLTBjNmE3ZDJmMWUzYiIsImZpIjoicHJvcGVydGllcy5zdGF0ZSA9PSAnQnJva2VuJyIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.3n8paesgk0s70',
    ids: SUBSCRIPTION,
    handle: handle(
      {
        state: 'over',
        facts: facts({ method: 'PUT', url: CACHE }, 201, { lastStatus: 'Succeeded' }),
        end: 'succeeded'
      },
      {
        correlationId: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
        conditions: { failIf: "properties.state == 'Broken'" }
      }
    )
  },
  {
    name: 'a POST that was over: it had failed',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJyZXNvdXJjZSIsInciOiJGYWlsZWQiLCJrIjoiZmFpbGVkIiwiZWMiOiJNaWNyb3NvZnQuQ2FjaGVfUmVzdGFydC1GYWlsZWQiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.3ufki3g66v9xy',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'over',
      facts: facts({ method: 'POST', url: RESTART }, 200, { lastStatus: 'Failed' }),
      end: 'failed',
      errorCode: 'Microsoft.Cache_Restart-Failed'
    })
  },
  {
    name: 'a DELETE that was over: it had been canceled',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJERUxFVEUiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJyZXNvdXJjZSIsImsiOiJjYW5jZWxlZCIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.3nurmdi7p0tuu',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'over',
      facts: facts({ method: 'DELETE', url: CACHE }, 200),
      end: 'canceled'
    })
  },
  {
    name: 'a POST that was over: fail-if was true for its result',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQT1NUIiwidSI6Ii9zdWJzY3JpcHRpb25zLwFzAi9yZXNvdXJjZUdyb3Vwcy9zaG9wL3Byb3ZpZGVycy9NaWNyb3NvZnQuQ2FjaGUvcmVkaXMvY2FydC9yZXN0YXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJyZXNvdXJjZSIsImsiOiJmYWlsLWlmIiwiZmkiOiJleGl0Q29kZSAhPSBgMGAiLCJrcyI6IjJlM3gwdnZob3lyMTEifQ.1f5pou24rppks',
    ids: SUBSCRIPTION,
    handle: handle(
      { state: 'over', facts: facts({ method: 'POST', url: RESTART }, 200), end: 'fail-if' },
      { conditions: { failIf: 'exitCode != `0`' } }
    )
  },
  {
    name: 'a PUT that was over: fail-if could not be evaluated',
    text: 'armop2.eyJvIjoiaHR0cHM6Ly9tYW5hZ2VtZW50LmF6dXJlLmNvbSIsIm0iOiJQVVQiLCJ1IjoiL3N1YnNjcmlwdGlvbnMvAXMCL3Jlc291cmNlR3JvdXBzL3Nob3AvcHJvdmlkZXJzL01pY3Jvc29mdC5DYWNoZS9yZWRpcy9jYXJ0P2FwaS12ZXJzaW9uPTIwMjUtMDQtMDEiLCJmIjoyMDAsInQiOjE3NjcyMjU2MDAwMDAsInYiOiJyZXNvdXJjZSIsImsiOiJ1bmp1ZGdlZCIsImZpIjoiY29udGFpbnMocHJvcGVydGllcy5sb2dzLCAncGFuaWMnKSIsImtzIjoiMmUzeDB2dmhveXIxMSJ9.1kvwgoskx7jhe',
    ids: SUBSCRIPTION,
    handle: handle(
      { state: 'over', facts: facts({ method: 'PUT', url: CACHE }, 200), end: 'unjudged' },
      { conditions: { failIf: "contains(properties.logs, 'panic')" } }
    )
  }
]
