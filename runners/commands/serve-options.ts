import { readFileSync } from 'node:fs';
import { VirtualClock } from '../../engine/account/clock.ts';
import type { Durability } from '../../engine/account/options.ts';
import { ACCOUNT_ID_PATTERN, ACCOUNTS_MAX, REGION_PATTERN } from '../../engine/account/service/accounts.ts';
import type { EngineOptions } from '../../engine/engine.ts';
import { ANY_ORIGIN } from '../../engine/wire/cors.ts';
import type { ServerOptions } from '../../engine/wire/server.ts';
import { parseDurationNs, parseSizeBytes, type Quantity } from '../../workloads/units.ts';
import { isRunnerError, type RunnerError, runnerError } from '../errors.ts';
import type { ServeLine } from './serve-line.ts';
import { type ServedStream, streamsOfFile } from './serve-streams.ts';

/** Far above what AWS grants. */
const SHARD_LIMIT_MAX = 1_000_000;

export interface ServeOptions {
  readonly engine: EngineOptions;
  readonly server: ServerOptions;
  readonly streams: readonly ServedStream[];
}

/** The command line of `serve`, checked. @throws RunnerError RUNNER_USAGE for the first option that is wrong. */
export async function serveOptionsOf(line: ServeLine, env: NodeJS.ProcessEnv = process.env): Promise<ServeOptions> {
  const delayMs = quantity('delay', parseDurationNs(line.delay), 0) / 1e6;
  const memoryBytes = quantity('memory', parseSizeBytes(line.memory), 1);
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
      cors: line.cors.map(originOf),
      ...tlsOf(line),
      ...credentialsOf(line, env),
    },
    streams,
  };
}

/** As browsers send it: no path, no default port. */
function originOf(text: string): string {
  if (text === ANY_ORIGIN || (URL.canParse(text) && new URL(text).origin === text)) return text;
  throw usage(
    `--cors must be an origin or "*", got "${text}"`,
    'Write it as browsers do, without a path: --cors https://app.example.com.',
  );
}

/** Account ids by access key. */
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
    throw usage(`--stream ${text} is not NAME:SHARDS with 1 to 10,000 shards`, 'Write --stream orders:4.');
  }
  return { name: match[1]!, shards };
}

/** Of two streams with one name only the first would be made. */
function checkNames(streams: readonly ServedStream[]): void {
  const twice = repeated(
    streams.map(({ name, account, region }) => [name, account, region].filter(Boolean).join(' in ')),
  );
  if (twice !== undefined) throw usage(`stream ${twice} is there twice`, 'Name each stream once.');
  const places = new Set(streams.map(({ account, region }) => `${account} ${region}`));
  if (places.size >= ACCOUNTS_MAX) {
    throw usage(`streams are in ${places.size} regions and accounts`, `Name fewer than ${ACCOUNTS_MAX}.`);
  }
  for (const { name, consumers = [] } of streams) {
    const consumer = repeated(consumers);
    if (consumer === undefined) continue;
    throw usage(`consumer ${consumer} of stream ${name} is there twice`, 'Name each consumer of a stream once.');
  }
}

const repeated = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i);

async function latencyOf(text: string): Promise<NonNullable<EngineOptions['latency']>> {
  if (text === 'none' || text === 'enhanced-fan-out' || text === 'polling') return text;
  const { parseLatencyProfile } = await import('../../engine/twin/latency-profile.ts');
  try {
    return parseLatencyProfile(JSON.parse(read('latency', text)));
  } catch (error) {
    if (isRunnerError(error)) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw usage(
      `--latency ${text} is not a latency profile: ${what}`,
      'Give none, enhanced-fan-out, polling or a file.',
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
    throw usage('one of the access key and the secret key is missing', 'Give both, or neither to check no signatures.');
  }
  return { credentials: { accessKey, secretKey } };
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw usage(`--${option} ${path} cannot be read: ${code}`, 'Give the path of a file that can be read.');
  }
}

function quantity(option: string, parsed: Quantity, least: number): number {
  if (parsed.kind === 'problem') throw usage(`--${option}: ${parsed.what}`, parsed.fix);
  if (parsed.value < least) throw usage(`--${option} is too little`, 'Give more.');
  return parsed.value;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw usage(`--${option} ${text} is not a whole number from ${least} to ${most}`, 'Give one that is.');
}

function matching(option: string, text: string, pattern: RegExp, noun: string): string {
  if (pattern.test(text)) return text;
  throw usage(`--${option} ${text} is not ${noun}`, `Give ${noun}.`);
}

const usage = (what: string, fix: string): RunnerError => runnerError('RUNNER_USAGE', { what, fix });
