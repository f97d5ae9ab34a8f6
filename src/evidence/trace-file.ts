import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  realpathSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import { acquireLock, type FileLock } from '../process/file-lock.js';
import type { ChainHead } from './hash-chain.js';
import { readTail } from './trace-tail.js';

/** Beyond so many siblings something else is wrong. */
const MAX_SIBLINGS = 100;

/** Somebody else wrote to the file that this process holds locked. */
export class ForeignWriteError extends Error {}

/** The file that this process holds open has no name any more: what is written to it is lost. */
export class RemovedFileError extends Error {}

/**
 * One trace file, open and locked. Bytes are only ever added at its end, in whole batches.
 * A file that is moved away meanwhile stays open: what is written goes to where it is now.
 */
export class TraceFile {
  #size: number;
  /** Bytes of a failed batch that could not be taken back yet. */
  #remains = 0;

  constructor(
    readonly path: string,
    /** The chain found in the file when it was opened. */
    readonly head: ChainHead,
    private readonly fd: number,
    private readonly lock: FileLock,
    size: number,
    /** Whether the file system counts names; one that does not says nothing about removal. */
    private readonly countsNames: boolean,
  ) {
    this.#size = size;
  }

  /**
   * Adds the pieces, all or none, and returns when the kernel has them: they outlive this process.
   * Throws what the file system throws, ForeignWriteError or RemovedFileError.
   */
  append(pieces: readonly Uint8Array[]): void {
    if (this.#remains > 0) this.#takeBack();
    const { size, nlink } = fstatSync(this.fd);
    if (this.countsNames && nlink === 0) throw new RemovedFileError(`${this.path} was removed`);
    if (size !== this.#size) {
      throw new ForeignWriteError(
        `${this.path} has ${size} bytes where fuze left ${this.#size}: somebody else writes to it`,
      );
    }
    let written = 0;
    try {
      written = writeNow(this.fd, pieces);
      const total = pieces.reduce((bytes, { length }) => bytes + length, 0);
      if (written < total) {
        const all = Buffer.concat(pieces);
        while (written < total) written += writeSync(this.fd, all, written);
      }
    } catch (error) {
      this.#remains = written;
      if (written > 0) this.#takeBack();
      throw error;
    }
    this.#size += written;
  }

  /** True when nobody could find again what is written. */
  get removed(): boolean {
    return this.countsNames && fstatSync(this.fd).nlink === 0;
  }

  #takeBack(): void {
    ftruncateSync(this.fd, this.#size);
    this.#remains = 0;
  }

  close(): void {
    closeSync(this.fd);
    this.lock.release();
  }
}

function writeNow(fd: number, pieces: readonly Uint8Array[]): number {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? writeSync(fd, first) : writevSync(fd, pieces);
}

/** `name-2.jsonl` beside `name.jsonl`. */
function siblingOf(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return resolve(dir, `${name}-${number}${ext}`);
}

/** One file by all its names, so that two processes meet at the same lock. */
function realPathOf(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return realpathSync(path);
  } catch {
    return resolve(realpathSync(dirname(path)), parse(path).base);
  }
}

/** Opens a file that is already locked, or returns the reason why it is not one to continue. */
function openLocked(
  path: string,
  lock: FileLock,
  onNotice: (text: string) => void,
): TraceFile | string {
  const fd = openSync(path, 'a+', 0o600);
  let opened = false;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    const tail = readTail(fd, stat.size);
    if (tail.kind === 'foreign') return `${path} is left alone: ${tail.reason}`;
    if (tail.goodBytes < stat.size) {
      ftruncateSync(fd, tail.goodBytes);
      onNotice(
        `trace: cut an unfinished last line of ${stat.size - tail.goodBytes} bytes off ${path}, left by a crash while writing`,
      );
    }
    opened = true;
    return new TraceFile(path, tail.head, fd, lock, tail.goodBytes, stat.nlink > 0);
  } finally {
    if (!opened) closeSync(fd);
  }
}

/**
 * Opens the trace at `wanted` to be continued, or the first sibling that is free, and says which and why.
 * Paths in `avoid` are passed over. Throws what the file system throws.
 */
export function openTraceFile(
  wanted: string,
  avoid: ReadonlySet<string>,
  onNotice: (text: string) => void,
): TraceFile {
  const first = realPathOf(resolve(wanted));
  let reason = '';
  for (let number = 1; number <= MAX_SIBLINGS; number += 1) {
    const path = number === 1 ? first : siblingOf(first, number);
    if (avoid.has(path)) continue;
    const lock = acquireLock(`${path}.lock`);
    if (lock === undefined) {
      reason ||= `another process writes ${path}`;
      continue;
    }
    let file: TraceFile | string | undefined;
    try {
      file = openLocked(path, lock, onNotice);
    } finally {
      if (!(file instanceof TraceFile)) lock.release();
    }
    if (file instanceof TraceFile) {
      if (reason !== '') onNotice(`trace: ${reason}; writing ${path} instead`);
      return file;
    }
    reason ||= file;
  }
  throw new Error(`${first} and its ${MAX_SIBLINGS - 1} siblings cannot be used: ${reason}`);
}
