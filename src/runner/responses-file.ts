/**
 * The final bodies of a list: each leaves memory for a file of our own when its operation has ended, and all of them
 * become the response-file at the end, without ever being in memory together.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Body } from '../http/message.ts'
import { fillResponseFile, type ResponseFile } from './response-file.ts'
import { writeBytes } from './write-bytes.ts'

/** Final bodies of a list. */
export interface ResponseSpool {
  /** Keeps the body of an operation; a later one takes its place. Never throws: what it cannot keep, `writeTo` says. */
  readonly add: (name: string, body: Body) => void
  /**
   * Writes the file: a JSON object with the body of each name, in this order, and null where there is none. What is not
   * JSON is a JSON string. Rejects where it cannot be written whole.
   */
  readonly writeTo: (place: ResponseFile, names: readonly string[]) => Promise<void>
  /** Deletes what was kept. Never throws. */
  readonly close: () => void
}

const OWNER_ONLY = 0o600
const CHUNK_BYTES = 256 * 1024

interface Piece {
  readonly from: number
  readonly length: number
}

interface Spool {
  /** Of its owner's alone, with nothing else in it. */
  readonly folder: string
  readonly file: number
}

/** Spool in which there is no body yet. @param folder the runner's temporary folder, absolute */
export function createResponses(folder: string): ResponseSpool {
  const pieces = new Map<string, Piece>()
  let spool: Spool | undefined
  let end = 0
  let fault: unknown
  const append = (name: string, text: string) => {
    spool ??= openSpool(folder)
    const bytes = Buffer.from(text)
    writeBytes(spool.file, bytes, end)
    pieces.set(name, { from: end, length: bytes.length })
    end += bytes.length
  }
  return {
    add: (name, body) => {
      if (body.kind === 'empty') return
      try {
        append(name, body.kind === 'json' ? body.text : JSON.stringify(body.text))
      } catch (error) {
        fault ??= error
      }
    },
    writeTo: async (place, names) => {
      // A file that lacks a body would say that there was none.
      if (fault !== undefined) throw fault
      await fillResponseFile(place, ({ fd }) => {
        let written = 0
        for (const chunk of readObject(names, pieces, spool)) {
          written += writeBytes(fd, chunk, written)
        }
      })
    },
    close: () => {
      const old = spool
      spool = undefined
      pieces.clear()
      if (old !== undefined) removeSpool(old)
    }
  }
}

function openSpool(folder: string): Spool {
  const own = mkdtempSync(join(folder, 'arm-operation-responses-'))
  return { folder: own, file: openSync(join(own, 'bodies'), 'wx+', OWNER_ONLY) }
}

function removeSpool({ folder, file }: Spool): void {
  try {
    closeSync(file)
    rmSync(folder, { recursive: true })
  } catch {
    // It lies in the temporary folder, which the runner empties.
  }
}

function* readObject(
  names: readonly string[],
  pieces: ReadonlyMap<string, Piece>,
  spool: Spool | undefined
): Generator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  for (const [index, name] of names.entries()) {
    yield Buffer.from(`${index === 0 ? '{' : ','}\n${JSON.stringify(name)}: `)
    const piece = pieces.get(name)
    if (piece === undefined || spool === undefined) yield Buffer.from('null')
    else yield* readPiece(spool.file, piece, buffer)
  }
  yield Buffer.from(names.length === 0 ? '{}\n' : '\n}\n')
}

function* readPiece(file: number, { from, length }: Piece, buffer: Buffer): Generator<Uint8Array> {
  for (let done = 0; done < length; ) {
    const wanted = Math.min(buffer.length, length - done)
    const count = readSync(file, buffer, 0, wanted, from + done)
    if (count === 0) throw new Error('the bodies that were kept for it are gone')
    yield buffer.subarray(0, count)
    done += count
  }
}
