/**
 * The final bodies of a list: each leaves memory for a file of our own when its operation has ended, and all of them
 * become the response-file at the end, without ever being in memory together.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Body } from '../http/message.ts'
import { fillResponseFile, type ResponseFile } from './response-file.ts'
import { writeBytes } from './write-bytes.ts'

/** Item of a list: one operation under its own name, or a loop. */
export interface ResponseItem {
  readonly name: string
  /** Names of its operations in the order of its elements, where it is a loop whose list is known. */
  readonly operations?: readonly string[]
}

/** Final bodies of a list. */
export interface ResponseSpool {
  /** Keeps the body of an operation; a later one takes its place. Never throws: what it cannot keep, `writeTo` says. */
  readonly add: (name: string, body: Body) => void
  /**
   * Writes the file: a JSON object with the body of each item, in this order, and null where there is none; of a loop
   * the list of them. What is not JSON is a JSON string. Rejects where it cannot be written whole.
   */
  readonly writeTo: (place: ResponseFile, items: readonly ResponseItem[]) => Promise<void>
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
    writeTo: async (place, items) => {
      // A file that lacks a body would say that there was none.
      if (fault !== undefined) throw fault
      await fillResponseFile(place, ({ fd }) => {
        let written = 0
        const read = createPieceReader(pieces, spool)
        for (const chunk of readObject(items, read)) {
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

/** The body of an operation in parts, each good until the next is asked for. */
type ReadBody = (name: string) => Iterable<Uint8Array>

function createPieceReader(pieces: ReadonlyMap<string, Piece>, spool: Spool | undefined): ReadBody {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  return (name) => {
    const piece = pieces.get(name)
    return piece === undefined || spool === undefined
      ? [Buffer.from('null')]
      : readPiece(spool.file, piece, buffer)
  }
}

function* readObject(items: readonly ResponseItem[], read: ReadBody): Generator<Uint8Array> {
  for (const [index, { name, operations }] of items.entries()) {
    yield Buffer.from(`${index === 0 ? '{' : ','}\n${JSON.stringify(name)}: `)
    yield* operations === undefined ? read(name) : readBodies(operations, read)
  }
  yield Buffer.from(items.length === 0 ? '{}\n' : '\n}\n')
}

function* readBodies(names: readonly string[], read: ReadBody): Generator<Uint8Array> {
  for (const [index, name] of names.entries()) {
    yield Buffer.from(index === 0 ? '[\n' : ',\n')
    yield* read(name)
  }
  yield Buffer.from(names.length === 0 ? '[]' : '\n]')
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
