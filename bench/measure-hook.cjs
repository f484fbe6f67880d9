/**
 * Loaded before a measured process: leads the names of BENCH_HOSTS to servers on this machine, so that what is measured
 * asks whom it would ask in earnest, and tells the peak of its memory when it ends.
 */
const { writeSync } = require('node:fs')
const { Socket } = require('node:net')

const ports = JSON.parse(process.env.BENCH_HOSTS ?? '{}')
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  const port = ports[options.host]
  if (port !== undefined) Object.assign(options, { host: '127.0.0.1', port })
  return connect.apply(this, args)
}

process.on('exit', () => writeSync(2, `peak ${process.resourceUsage().maxRSS} KiB\n`))
