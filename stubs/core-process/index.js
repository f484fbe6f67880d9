// The entry of what starts the tools that sign in.
export * from '@azure/core-process'
