/**
 * Before each file of tests that shares its process with others: the toolkit remembers where the summary is, and what
 * of it could not be written.
 */
import { summary } from '@actions/core'

summary.emptyBuffer()
Reflect.set(summary, '_filePath', undefined)
