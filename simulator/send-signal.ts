/**
 * Signals as GitHub's runner sends them to a step. Windows has none: the runner joins the console of the process and
 * raises Ctrl+C or Ctrl+Break there, while `kill` would end it at once. The process needs a console of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process'

const CONSOLE_EVENTS: Readonly<Record<string, number>> = { SIGINT: 0, SIGBREAK: 1, SIGTERM: 1 }

/** Sends a signal, on Windows within the second or two that PowerShell takes to start. */
export function sendSignal(child: ChildProcess, signal: NodeJS.Signals): void {
  const event = CONSOLE_EVENTS[signal]
  if (process.platform !== 'win32' || event === undefined || child.pid === undefined) {
    child.kill(signal)
    return
  }
  const script = Buffer.from(raiseConsoleEvent(child.pid, event), 'utf16le').toString('base64')
  spawn('powershell', ['-NoProfile', '-NonInteractive', '-EncodedCommand', script], {
    stdio: 'ignore'
  })
}

/** Script that raises an event in the console of a process, and ignores it itself. */
function raiseConsoleEvent(pid: number, event: number): string {
  const declare = (signature: string) =>
    `[DllImport("kernel32")] public static extern ${signature};`
  const members = [
    'bool FreeConsole()',
    'bool AttachConsole(uint pid)',
    'bool SetConsoleCtrlHandler(System.IntPtr handler, bool add)',
    'bool GenerateConsoleCtrlEvent(uint id, uint group)'
  ]
  return [
    `$k = Add-Type -PassThru -Namespace Signal -Name Native -MemberDefinition '${members.map(declare).join(' ')}'`,
    '[void]$k::FreeConsole()',
    `if (-not $k::AttachConsole(${pid})) { exit 1 }`,
    '[void]$k::SetConsoleCtrlHandler([IntPtr]::Zero, $true)',
    `if (-not $k::GenerateConsoleCtrlEvent(${event}, 0)) { exit 2 }`
  ].join('; ')
}
