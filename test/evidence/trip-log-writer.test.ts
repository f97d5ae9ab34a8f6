import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTripLog } from '../../src/evidence/trip-log.js';
import type { TripLog } from '../../src/evidence/trip-log-schema.js';
import { validateTripLogBytes } from '../../src/evidence/trip-log-validate.js';
import { writeTripLog } from '../../src/evidence/trip-log-writer.js';
import { temporaryFolders } from './trace-samples.js';

const folder = temporaryFolders();

function trip(tool = 'search'): TripLog {
  return buildTripLog({
    check: 'repeat',
    runId: 'r',
    serverName: 's',
    tool,
    calls: [{ step: 1, tool, argsHash: 'a'.repeat(64) }],
    message: 'm',
    numbers: {},
    now: 0,
    randomHex: () => '000000000001',
  });
}

describe('writeTripLog', () => {
  it('writes trips/<tripId>.json for the owner alone, and nothing else', () => {
    const stateDir = join(folder(), 'state');
    const written = writeTripLog(trip(), { stateDir });
    expect(written.path).toBe(join(stateDir, 'trips', 'fg_000000000001.json'));
    expect(JSON.parse(readFileSync(written.path, 'utf8'))).toEqual(written.trip);
    expect(statSync(written.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(stateDir, 'trips')).mode & 0o777).toBe(0o700);
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(stateDir, 'trips'))).toEqual(['fg_000000000001.json']);
  });

  it('never overwrites another trip: the new one gets a new id', () => {
    const stateDir = folder();
    const first = writeTripLog(trip('one'), { stateDir });
    const before = readFileSync(first.path);
    const digits = ['000000000001', '000000000002'];
    const randomHex = (): string => digits.shift() ?? '';
    const second = writeTripLog(trip('two'), { stateDir, randomHex });
    expect(second.trip.tripId).toBe('fg_000000000002');
    expect(JSON.parse(readFileSync(second.path, 'utf8')).tripId).toBe('fg_000000000002');
    expect(readFileSync(first.path)).toEqual(before);
    expect(readdirSync(join(stateDir, 'trips'))).toHaveLength(2);
    const stuck = (): string => '000000000001';
    expect(() => writeTripLog(trip(), { stateDir, randomHex: stuck })).toThrow(/taken/);
    expect(readdirSync(join(stateDir, 'trips'))).toHaveLength(2);
  });

  it('keeps the latest trip at one path', () => {
    const stateDir = folder();
    const latestPath = join(folder(), 'sub', 'latest.json');
    for (const tool of ['one', 'two']) {
      const written = writeTripLog(trip(tool), { stateDir, latestPath });
      expect(JSON.parse(readFileSync(latestPath, 'utf8'))).toEqual(written.trip);
    }
    expect(statSync(latestPath).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(latestPath, '..'))).toEqual(['latest.json']);
  });

  it('follows a link at the latest path, and leaves devices and folders alone', () => {
    const stateDir = folder();
    const place = folder();
    const target = join(place, 'target.json');
    writeFileSync(target, 'old');
    const link = join(place, 'link.json');
    symlinkSync(target, link);
    writeTripLog(trip(), { stateDir, latestPath: link });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ toolName: 'search' });
    for (const latestPath of ['/dev/null', place]) {
      expect(() => writeTripLog(trip(), { stateDir, latestPath })).toThrow(
        `the trip log could not be written to ${latestPath}: it exists and is not a regular file`,
      );
    }
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says in plain words where it failed', () => {
    const stateDir = folder();
    writeFileSync(join(stateDir, 'trips'), '');
    expect(() => writeTripLog(trip(), { stateDir })).toThrow(
      /the trip log could not be written to .*trips: (EEXIST|ENOTDIR)/,
    );
    const other = folder();
    mkdirSync(join(other, 'trips', 'fg_000000000001.json'), { recursive: true });
    const written = writeTripLog(trip(), { stateDir: other });
    expect(written.trip.tripId).not.toBe('fg_000000000001');
  });

  it('writes half a surrogate pair as U+FFFD, so that the file stays valid', () => {
    const { path } = writeTripLog(trip('a\ud800'), { stateDir: folder() });
    expect(validateTripLogBytes(readFileSync(path), 'v1')).toEqual([]);
    expect(JSON.parse(readFileSync(path, 'utf8')).toolName).toBe('a\ufffd');
  });
});
