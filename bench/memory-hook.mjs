/** Loaded before a measured process: tells its peak memory on file descriptor 2 when it ends. */
import { writeSync } from 'node:fs'

process.on('exit', () => writeSync(2, `peak ${process.resourceUsage().maxRSS} KiB\n`))
