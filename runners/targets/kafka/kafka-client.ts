import { readFileSync } from 'node:fs';
import { Base, type BaseOptions, type Connection } from '@platformatic/kafka';
import type { KafkaTargetSpec, SaslSpec, TlsSpec } from '../../../workloads/targets/kafka.ts';
import { runnerError } from '../../errors.ts';

/** The part of a target with which a thread reaches the cluster; survives `postMessage`, and holds no secrets. */
export type KafkaConnectionSpec = Pick<KafkaTargetSpec, 'brokers' | 'topic' | 'security' | 'timeoutNs'>;

/** The harness bounds its calls itself; a client that held them back would hide them. */
const UNBOUNDED_CALLS = 100_000;
const CONNECT_MS_MAX = 10_000;
/** Metadata and administration only: the ports retry produce and fetch requests themselves, and count it. */
const RETRIES = 3;
const RETRY_DELAY_MS = 250;

/** @throws RunnerError RUNNER_USAGE when a file or an environment variable that the target names is missing. */
export function clientOptions({ brokers, security = {}, timeoutNs }: KafkaConnectionSpec): BaseOptions {
  const timeoutMs = Math.ceil(timeoutNs / 1e6);
  return {
    clientId: 'streamgauge',
    bootstrapBrokers: [...brokers],
    connectTimeout: Math.min(timeoutMs, CONNECT_MS_MAX),
    requestTimeout: timeoutMs,
    timeout: timeoutMs,
    maxInflights: UNBOUNDED_CALLS,
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    ...(security.tls === undefined ? {} : { tls: tlsOf(security.tls) }),
    ...(security.sasl === undefined ? {} : { sasl: saslOf(security.sasl) }),
  } as BaseOptions;
}

export const openClient = (spec: KafkaConnectionSpec, more: Partial<BaseOptions> = {}): Base =>
  new Base({ ...clientOptions(spec), ...more });

function tlsOf({ ca, certificate, key }: TlsSpec) {
  return {
    ...(ca === undefined ? {} : { ca: fileText(ca) }),
    ...(certificate === undefined ? {} : { cert: fileText(certificate) }),
    ...(key === undefined ? {} : { key: fileText(key) }),
  };
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw runnerError('RUNNER_USAGE', {
      what: `the PEM file ${path} cannot be read: ${code}`,
      where: 'target: security: tls',
      fix: 'Write the path of a file that can be read, from the folder of the scenario.',
    });
  }
}

const LIBRARY_MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

function saslOf({ mechanism, usernameVariable, passwordVariable }: SaslSpec) {
  return {
    mechanism: LIBRARY_MECHANISMS[mechanism],
    username: secretOf(usernameVariable),
    password: secretOf(passwordVariable),
  };
}

function secretOf(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  throw runnerError('RUNNER_USAGE', {
    what: `the environment variable ${variable} is not set`,
    where: 'target: security: sasl',
    fix: 'Set it, or name another variable with usernameVariable and passwordVariable.',
  });
}

const guarded = new WeakSet<Connection>();

/** A lost connection emits an error, which would end the process without a listener. Its calls get the error, too. */
export function withoutUncaughtErrors(connection: Connection): Connection {
  if (!guarded.has(connection)) connection.on('error', () => {});
  guarded.add(connection);
  return connection;
}
