import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../../errors.ts';
import { kafkaFaultOf, messageOf } from './kafka-faults.ts';

type Place = Pick<KafkaTargetSpec, 'topic' | 'brokers' | 'create'>;

const FIXES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start the broker, or correct brokers in the target.',
  ENOTFOUND: 'Correct the host name in brokers.',
  EAI_AGAIN: 'Correct the host name in brokers.',
  TimeoutError: 'Check that brokers names a listener of Kafka, and the security that it needs; or raise timeout.',
  TlsRequired: 'Add security: { tls: true } to the target.',
  TlsNotSpoken: 'Remove tls from security, or name the port of a TLS listener in brokers.',
  ConnectionLost:
    'Check that brokers names a listener of Kafka, and the security that it needs: a listener with SASL closes other connections.',
  SaslAuthenticationFailed: 'Correct the user name and password in the environment, and the mechanism.',
  SASL_AUTHENTICATION_FAILED: 'Correct the user name and password in the environment, and the mechanism.',
  UNSUPPORTED_SASL_MECHANISM: 'Write a mechanism that the listener offers.',
  ILLEGAL_SASL_STATE: 'Add security: { sasl: ... } to the target.',
  UNKNOWN_TOPIC_OR_PARTITION: 'Write its name right, or add create: { partitions: 4 } to the target.',
  TOPIC_ALREADY_EXISTS: 'Leave create out, or choose another name.',
  INVALID_REPLICATION_FACTOR: 'Lower replication: a cluster has at most as many replicas as brokers.',
  INVALID_CONFIG: 'Correct config in the target.',
  TOPIC_AUTHORIZATION_FAILED: 'Give the user permission for the topic.',
  CLUSTER_AUTHORIZATION_FAILED: 'Give the user permission, or write idempotent: false.',
  UNSUPPORTED_VERSION: 'Use a broker of Kafka 2.8 or later.',
  NotKafka: 'Correct brokers: the port does not speak the protocol of Kafka.',
};

const TLS_FIX = 'Correct tls in security: the certificate of the broker must match its host and be signed by ca.';

/** The topic could not be reached, created, written or read: the broker's message, and a next step. */
export function kafkaFailed(place: Place, cause: unknown): RunnerError {
  if (isErrorOf(RUNNER_ERRORS, cause)) return cause;
  const { code } = kafkaFaultOf(cause);
  const message = messageOf(cause);
  const isTls = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  return runnerError('RUNNER_TARGET_FAILED', {
    what: message === '' || message === code ? code : `${code}: ${message}`,
    where: placeOf(place),
    fix: FIXES[code] ?? (isTls ? TLS_FIX : 'Look at the broker, its log and the settings of the topic.'),
    cause,
  });
}

export const kafkaProblem = (place: Place, what: string, fix: string): RunnerError =>
  runnerError('RUNNER_TARGET_FAILED', { what, where: placeOf(place), fix });

/** The topic or the group that this run created is left behind. */
export function kafkaLeftBehind(place: Place, errors: readonly unknown[]): RunnerError {
  const codes = [...new Set(errors.map((error) => kafkaFaultOf(error).code))].join(', ');
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `the resources that this run created could not be deleted: ${codes}`,
    where: placeOf(place),
    fix:
      place.create === undefined
        ? 'Delete the groups whose names begin with streamgauge- yourself.'
        : 'Delete the topic yourself, and the groups whose names begin with streamgauge-.',
    cause: errors[0],
  });
}

/** The run was interrupted before the topic was ready. */
export function kafkaInterrupted({ topic }: Place, { reason }: AbortSignal): RunnerError {
  return runnerError('RUNNER_INTERRUPTED', {
    what: `${String(reason)} while topic ${topic} was set up`,
    fix: 'The resources of this run were deleted. Start the run again.',
  });
}

const placeOf = ({ topic, brokers }: Place): string => `topic ${topic} at ${brokers.join(', ')}`;
