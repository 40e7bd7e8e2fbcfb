import { basename } from 'node:path';
import type { Problem } from './errors.ts';
import { assetFolder, listFiles, readBytes, scenarioPath } from './files.ts';
import type {
  LatencyProfileSpec,
  LatencySpec,
  LimitsSpec,
  QuantilesSpec,
  TwinProfileSpec,
} from './limits-and-latency.ts';
import {
  type MeasuredDelay,
  type MeasuredLimits,
  PROFILE_FORMAT,
  PROFILE_VERSION,
  type ProfileDocument,
  profileSchema,
  type QuantileRow,
} from './profile-schema.ts';
import { schemaProblems, valueAt } from './schema-problems.ts';

/** Enough for tables of 1,000 rows for every second of a long calibration. */
const FILE_MAX_BYTES = 64 * 2 ** 20;
/** Used for a limit that was not found. */
const UNLIMITED_RECORDS = 100e6;
const UNLIMITED_BYTES = 1e12;

/** Names of the profiles that ship with the package. @internal */
export function shippedProfiles(): string[] {
  return listFiles(assetFolder('profiles'), '.json').map((file) => basename(file, '.json'));
}

/**
 * Reads a profile: a file, or the name of one that ships with the package.
 * @param path Path of the key in the scenario, for problems.
 * @returns undefined if problems were added.
 */
export function readProfile(
  name: string,
  scenarioFile: string | undefined,
  path: string,
  problems: Problem[],
): ProfileDocument | undefined {
  const isFile = name.endsWith('.json');
  const file = isFile ? scenarioPath(name, scenarioFile) : `${assetFolder('profiles')}/${name}.json`;
  const read = readBytes(file, FILE_MAX_BYTES);
  if (read.kind !== 'read') {
    const reason = read.kind === 'too-big' ? `it has ${read.sizeBytes} bytes` : read.reason;
    const shipped = shippedProfiles().join(', ');
    const what = isFile ? `'${name}' cannot be read: ${reason}.` : `no profile is called '${name}'.`;
    const fix = `Give a file that calibrate wrote, or one of these: ${shipped}.`;
    problems.push({ code: 'PROFILE_MISSING', path, what, fix });
    return undefined;
  }
  const malformed = (what: string, fix: string) => {
    problems.push({ code: 'PROFILE_MALFORMED', path, what: `'${name}' ${what}`, fix });
    return undefined;
  };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(read.bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return malformed(`is not JSON: ${reason}.`, 'Run calibrate again.');
  }
  if (valueAt(value, ['format']) !== PROFILE_FORMAT) {
    const fix = 'Give a file that calibrate wrote. A file with only a table of quantiles belongs to latency.';
    return malformed(`has no format: ${PROFILE_FORMAT}.`, fix);
  }
  const version = valueAt(value, ['version']);
  if (version !== PROFILE_VERSION) {
    const what = `has version ${String(version)}, and this version of streamgauge reads ${PROFILE_VERSION}.`;
    return malformed(what, 'Run calibrate again, or use the version of streamgauge that wrote it.');
  }
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path: place, what, fix } of schemaProblems(parsed.error, profileSchema, value)) {
    malformed(`at ${place === '' ? 'the top' : place}: ${what}`, fix);
  }
  return undefined;
}

/** The latencies of a profile in the units of the engine target. */
export function twinProfileOf(document: ProfileDocument): TwinProfileSpec {
  const { name, basis, source, recordedAt, put, fanOut, polling } = document;
  return {
    name,
    basis,
    source,
    recordedAt,
    ...(put === null ? {} : { put: delayOf(put) }),
    ...(fanOut === null ? {} : { fanOut: latencyOf(fanOut) }),
    ...(polling === null ? {} : { polling: latencyOf(polling) }),
  };
}

const latencyOf = (part: MeasuredDelay | 'enhanced-fan-out' | 'polling'): LatencySpec =>
  typeof part === 'string' ? part : delayOf(part);

function delayOf({ quantiles, draws, blocks }: MeasuredDelay): LatencyProfileSpec {
  return {
    evenDraws: true,
    ...(draws === undefined ? {} : { slotMs: draws.slotMs }),
    ...(blocks === undefined ? {} : { blocks: blocks.map(inNs) }),
    quantiles: inNs(draws?.quantiles ?? quantiles),
  };
}

const inNs = (rows: readonly QuantileRow[]): QuantilesSpec => rows.map(({ p, ms }) => ({ p, ns: ms * 1e6 }));

export function limitsOfProfile({ limits }: ProfileDocument): LimitsSpec {
  if (limits === null) return 'none';
  return limits === 'aws' ? 'aws' : measuredLimits(limits);
}

function measuredLimits({ kind, windowMs, records, bytes }: MeasuredLimits): LimitsSpec {
  if (records === null && bytes === null) return 'none';
  return {
    recordsPerSecond: records?.perSecond ?? UNLIMITED_RECORDS,
    bytesPerSecond: bytes?.perSecond ?? UNLIMITED_BYTES,
    burstSeconds: 1,
    ...(typeof records?.depth === 'number' ? { burstRecords: records.depth } : {}),
    ...(typeof bytes?.depth === 'number' ? { burstBytes: bytes.depth } : {}),
    ...(kind === 'window' ? { windowSeconds: (windowMs ?? 1000) / 1000 } : {}),
  };
}
