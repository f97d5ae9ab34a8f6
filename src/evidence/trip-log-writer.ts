import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { replaceFile, writeDraft } from '../files/replace-file.js';
import { randomTripDigits } from './trip-log.js';
import type { TripLog } from './trip-log-schema.js';
import { wellFormed } from './well-formed.js';

export interface TripLogPlaces {
  /** The trip goes to `trips/` in this folder. */
  readonly stateDir: string;
  /** A path that always holds the latest trip, if any. */
  readonly latestPath?: string | undefined;
  /** Gives 12 hex digits, for when the trip's id is taken. */
  readonly randomHex?: (() => string) | undefined;
}

export interface WrittenTrip {
  /** The trip as written: with another `tripId` if its own was taken. */
  readonly trip: TripLog;
  readonly path: string;
}

/** An id of 48 random bits is not taken so often by chance. */
const ATTEMPTS = 8;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function textOf(trip: TripLog): string {
  // Names come from clients and may hold half a surrogate pair, which no JSON file may.
  return `${JSON.stringify(wellFormed(trip), null, 2)}\n`;
}

function makeFolder(target: string): void {
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
}

/** Puts the draft in place unless something stands there: then false. */
function placeNew(draft: string, target: string): boolean {
  try {
    linkSync(draft, target);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(String(codeOf(error)))) throw error;
  }
  // No hard links on this file system: an empty file takes the name first, so that nothing is overwritten.
  try {
    closeSync(openSync(target, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  renameSync(draft, target);
  return true;
}

function writeNew(trip: TripLog, folder: string): string | undefined {
  const target = join(folder, `${trip.tripId}.json`);
  makeFolder(target);
  const draft = writeDraft(target, textOf(trip));
  try {
    return placeNew(draft, target) ? target : undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A link is followed, so that it goes on pointing to the latest trip. */
function latestTarget(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return resolve(path);
  // A rename would put a file in the place of a device such as /dev/null.
  if (!stat.isFile()) throw new Error('it exists and is not a regular file');
  return realpathSync(path);
}

function replace(trip: TripLog, path: string): void {
  const target = latestTarget(path);
  makeFolder(target);
  replaceFile(target, textOf(trip));
}

/** Runs the step, and names the file when it fails. */
function naming<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the trip log could not be written to ${path}: ${reason}`);
  }
}

/**
 * Writes the trip to `trips/<tripId>.json`, never over another one, and then to the path of the latest trip.
 * Both files appear whole or not at all. Throws an Error for people; the caller reports it and goes on.
 */
export function writeTripLog(trip: TripLog, places: TripLogPlaces): WrittenTrip {
  const folder = join(places.stateDir, 'trips');
  const { latestPath, randomHex = randomTripDigits } = places;
  let written = trip;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const path = naming(folder, () => writeNew(written, folder));
    if (path !== undefined) {
      if (latestPath !== undefined) naming(latestPath, () => replace(written, latestPath));
      return { trip: written, path };
    }
    written = { ...trip, tripId: `fg_${randomHex()}` };
  }
  throw new Error(`the trip log could not be written to ${folder}: every id tried is taken`);
}
