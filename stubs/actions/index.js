// The entry of the two packages of GitHub's toolkit that every run needs, in one module. All of both: src/ hands them on as
// a whole.
export * from '@actions/core'
export * from '@actions/http-client'
