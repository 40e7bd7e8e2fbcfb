import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { VirtualClock } from '../../engine/account/clock.ts';
import type { Durability } from '../../engine/account/options.ts';
import { ACCOUNT_ID_PATTERN, ACCOUNTS_MAX, REGION_PATTERN } from '../../engine/account/service/accounts.ts';
import type { EngineOptions } from '../../engine/engine.ts';
import type { PutQuotaChoice } from '../../engine/firehose/service/put-quota.ts';
import { ANY_ORIGIN } from '../../engine/wire/cors.ts';
import type { ServerOptions } from '../../engine/wire/options.ts';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { parseDurationNs, parseSizeBytes, type Quantity } from '../../workloads/units.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import { firehoseSourcesOf } from './serve-firehose.ts';
import type { ServeLine } from './serve-line.ts';
import { type ServedStream, streamsOfFile } from './serve-streams.ts';

/** Far above the limits that AWS grants. */
const SHARD_LIMIT_MAX = 1_000_000;

/** More than any machine has cores. */
const THREADS_MAX = 256;

/** One core is for the engine. With two cores, a thread for the connections would only add a hop between threads. */
function defaultThreads(): number {
  const cores = availableParallelism();
  return cores <= 2 ? 1 : cores - 1;
}

export interface ServeOptions {
  readonly engine: EngineOptions;
  readonly server: ServerOptions;
  readonly streams: readonly ServedStream[];
  /** True if the command line has a number of threads. */
  readonly namesThreads: boolean;
}

/** Checks the command line of `serve`. @throws RunnerError RUNNER_USAGE for the first invalid option. */
export async function serveOptionsOf(line: ServeLine, env: NodeJS.ProcessEnv = process.env): Promise<ServeOptions> {
  const delayMs = quantity('delay', line.delay, parseDurationNs, 0) / 1e6;
  const memoryBytes = quantity('memory', line.memory, parseSizeBytes, 1);
  const fromFile = line.streams === undefined ? [] : await streamsOfFile(line.streams);
  const streams = [...line.stream.map(streamOf), ...fromFile];
  checkNames(streams);
  return {
    engine: {
      ...(line.clock === 'virtual' ? { clock: new VirtualClock() } : {}),
      accountId: matching('account', line.account, ACCOUNT_ID_PATTERN, 'twelve digits'),
      region: matching('region', line.region, REGION_PATTERN, 'a region such as us-east-1'),
      accountOf: accountOf(line['account-of']),
      memoryBytes,
      dataDir: line['data-dir'],
      firehose: firehoseOf(line, env),
      durability: line['data-dir'] === undefined ? 'none' : ((line.durability ?? 'interval') as Durability),
      limits: line.limits as 'aws' | 'none',
      latency: await latencyOf(line.latency),
      seed: wholeNumber('seed', line.seed, 0, 2 ** 31 - 1),
      delaysMs: { creating: delayMs, updating: delayMs, deleting: delayMs, registering: delayMs },
      shardLimit: wholeNumber('shard-limit', line['shard-limit'], 1, SHARD_LIMIT_MAX),
      onDemandStreamLimit: wholeNumber('on-demand-limit', line['on-demand-limit'], 0, SHARD_LIMIT_MAX),
    },
    server: {
      host: line.host,
      port: wholeNumber('port', line.port, 0, 65_535),
      threads: line.threads === undefined ? defaultThreads() : wholeNumber('threads', line.threads, 1, THREADS_MAX),
      cors: line.cors.map(originOf),
      ...tlsOf(line),
      ...credentialsOf(line, env),
    },
    streams,
    namesThreads: line.threads !== undefined,
  };
}

function firehoseOf(line: ServeLine, env: NodeJS.ProcessEnv): NonNullable<EngineOptions['firehose']> {
  const url = line['s3-endpoint'];
  if (url !== undefined && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw usage(`--s3-endpoint must be a URL, got "${url}"`, 'Write --s3-endpoint http://127.0.0.1:9000.');
  }
  return {
    folder: line['firehose-folder'],
    s3: url === undefined ? undefined : { url },
    sources: firehoseSourcesOf(line['firehose-function'], line['firehose-table'], line.region, env),
    quota: line['firehose-quota'] as PutQuotaChoice | undefined,
    backlogBytesMax: quantity('firehose-backlog', line['firehose-backlog'], parseSizeBytes, 1),
  };
}

/** Checks that an origin has the form that browsers send: no path, no default port. */
function originOf(text: string): string {
  if (text === ANY_ORIGIN || (URL.canParse(text) && new URL(text).origin === text)) return text;
  throw usage(
    `--cors must be an origin or "*", got "${text}"`,
    'Write it as browsers do, without a path: --cors https://app.example.com.',
  );
}

/** Reads the account ids by access key. */
function accountOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text) => {
    const [, key, id] = /^([^=\s/]+)=(\d{12})$/.exec(text) ?? [];
    if (key !== undefined && id !== undefined) return [key, id] as const;
    throw usage(
      `--account-of must be KEY=ID with an access key and twelve digits, got "${text}"`,
      'Write --account-of AKIATEAMB=222222222222.',
    );
  });
  const twice = repeated(pairs.map(([key]) => key));
  if (twice !== undefined) throw usage(`--account-of names access key ${twice} twice`, 'Name each access key once.');
  return Object.fromEntries(pairs);
}

function streamOf(text: string): ServedStream {
  const match = /^([a-zA-Z0-9_.-]{1,128}):(\d{1,5})$/.exec(text);
  const shards = Number(match?.[2]);
  if (match === null || shards < 1 || shards > 10_000) {
    throw usage(`--stream must be NAME:SHARDS with 1 to 10000 shards, got "${text}"`, 'Write --stream orders:4.');
  }
  return { name: match[1]!, shards };
}

/** Rejects repeated names: the engine would create only the first of two streams with one name. */
function checkNames(streams: readonly ServedStream[]): void {
  const twice = repeated(
    streams.map(({ name, account, region }) => [name, account, region].filter(Boolean).join(' in ')),
  );
  if (twice !== undefined) throw usage(`stream ${twice} is named twice`, 'Name each stream once.');
  const places = new Set(streams.map(({ account, region }) => `${account} ${region}`));
  if (places.size >= ACCOUNTS_MAX) {
    const rule = `streams may be in fewer than ${ACCOUNTS_MAX} regions and accounts, got ${places.size}`;
    throw usage(rule, 'Use fewer regions and accounts.');
  }
  for (const { name, consumers = [] } of streams) {
    const consumer = repeated(consumers);
    if (consumer === undefined) continue;
    throw usage(`consumer ${consumer} of stream ${name} is named twice`, 'Name each consumer of a stream once.');
  }
}

const repeated = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i);

async function latencyOf(text: string): Promise<NonNullable<EngineOptions['latency']>> {
  if (text === 'none' || text === 'enhanced-fan-out' || text === 'polling') return text;
  const { parseLatencyProfile } = await import('../../engine/twin/latency-profile.ts');
  try {
    return parseLatencyProfile(JSON.parse(read('latency', text)));
  } catch (error) {
    if (isErrorOf(RUNNER_ERRORS, error)) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw usage(
      `--latency must be none, enhanced-fan-out, polling or a profile file; ${text} is no profile: ${what}`,
      'Make a profile with streamgauge calibrate.',
    );
  }
}

function tlsOf(line: ServeLine): Partial<Pick<ServerOptions, 'tls'>> {
  if (line['tls-cert'] !== undefined && line['tls-key'] !== undefined) {
    return { tls: { cert: read('tls-cert', line['tls-cert']), key: read('tls-key', line['tls-key']) } };
  }
  return line.tls === true ? { tls: 'self-signed' } : {};
}

function credentialsOf(line: ServeLine, env: NodeJS.ProcessEnv): Partial<Pick<ServerOptions, 'credentials'>> {
  const accessKey = line['access-key'] ?? env.STREAMGAUGE_ACCESS_KEY;
  const secretKey = line['secret-key'] ?? env.STREAMGAUGE_SECRET_KEY;
  if (accessKey === undefined && secretKey === undefined) return {};
  if (accessKey === undefined || secretKey === undefined) {
    const missing = accessKey === undefined ? '--access-key' : '--secret-key';
    throw usage(`signatures need an access key and a secret key, and ${missing} is missing`, 'Set both, or neither.');
  }
  return { credentials: { accessKey, secretKey } };
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw usage(`--${option} must be a file that can be read, got ${path}: ${code}`, 'Check its path and permissions.');
  }
}

function quantity(option: string, text: string, parse: (input: unknown) => Quantity, min: 0 | 1): number {
  const parsed = parse(text);
  if (parsed.kind === 'problem') throw usage(`--${option}: ${parsed.what}`, parsed.fix);
  if (parsed.value >= min) return parsed.value;
  throw usage(`--${option} must be ${min === 0 ? '0 or more' : 'above 0'}, got "${text}"`, `Raise --${option}.`);
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value >= min && value <= max) return value;
  const rule = `--${option} must be a whole number from ${min} to ${max}, got "${text}"`;
  throw usage(rule, 'Correct the option.');
}

function matching(option: string, text: string, pattern: RegExp, noun: string): string {
  if (pattern.test(text)) return text;
  throw usage(`--${option} must be ${noun}, got "${text}"`, 'Correct the option.');
}

const usage = (what: string, fix: string): RunnerError => runnerError('RUNNER_USAGE', { what, fix });
