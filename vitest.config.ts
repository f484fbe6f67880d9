import './scripts/require-node.cjs'
import { defineConfig } from 'vitest/config'

/**
 * A test that takes more than 2 s of processor time on a quiet machine, with the processes that it starts, is in a file
 * with `.slow` in its name, and so are tests that take more than 4 s together. `npm test` leaves those out, `npm run
 * test:all` does not.
 */
const SLOW = '__tests__/**/*.slow.test.ts'

export default defineConfig({
  test: {
    globalSetup: '__fixtures__/temp-root.ts',
    // Runs of the bundle mostly wait for something: more of them side by side than there are cores.
    maxWorkers: 4,
    maxConcurrency: 12,
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/expressions'] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['__tests__/**/*.test.ts'],
          exclude: [SLOW],
          // Half of the time of most files would be the start of a process and its imports. So none may leave anything
          // behind, or replace a module: `npx vitest run --project quick --sequence.shuffle.files` shows what does.
          isolate: false,
          setupFiles: '__fixtures__/forget.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000
        }
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: [SLOW],
          // On a busy machine a run of the bundle alone may take a minute. One that hangs is killed sooner than its test.
          testTimeout: 480_000,
          hookTimeout: 480_000
        }
      }
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/index.ts'],
      reporter: ['text', 'lcov'],
      thresholds: { statements: 95 }
    }
  }
})
