import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';
import type { CallFault } from '../../aws/call-faults.ts';

/** Codes of Kafka's protocol that the harness acts on. Source: org.apache.kafka.common.protocol.Errors, Apache Kafka 4.4. */
export const KAFKA_CODES = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  messageTooLarge: 10,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  unknownProducerId: 59,
} as const;

/** Codes that the library does not know to be worth a retry, although Kafka's own client retries them. */
const ALSO_TRANSIENT = new Set(['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'KAFKA_STORAGE_ERROR']);

/** The meaning of an error code in a response. */
export function faultOfKafkaCode(code: number): CallFault {
  const id = protocolErrorsCodesById[code] ?? `KAFKA_ERROR_${code}`;
  const isTransient = protocolErrors[id]?.canRetry === true || ALSO_TRANSIENT.has(id);
  return { code: id, kind: isTransient ? 'transient' : 'refused' };
}

/** The library's codes for what is wrong with a connection, in the words that results and errors use. */
const LIBRARY_CODES: Readonly<Record<string, CallFault>> = {
  PLT_KFK_TIMEOUT: { code: 'TimeoutError', kind: 'transient' },
  PLT_KFK_NETWORK: { code: 'ConnectionLost', kind: 'transient' },
  PLT_KFK_AUTHENTICATION: { code: 'SaslAuthenticationFailed', kind: 'refused' },
  PLT_KFK_UNSUPPORTED_API: { code: 'UnsupportedVersion', kind: 'refused' },
  PLT_KFK_UNEXPECTED_CORRELATION_ID: { code: 'NotKafka', kind: 'refused' },
  PLT_KFK_OUT_OF_BOUNDS: { code: 'NotKafka', kind: 'refused' },
};

/**
 * Classifies an error of the client library, which wraps the reason in other errors: the most specific one counts. A lost
 * connection is retriable: the records may have been stored or not, and the ledger finds out.
 */
export function kafkaFaultOf(error: unknown): CallFault {
  const chain = causesOf(error);
  for (const { apiCode } of chain) if (typeof apiCode === 'number' && apiCode !== 0) return faultOfKafkaCode(apiCode);
  // The library keeps only the message of this one.
  if (chain.some(({ message }) => /^Unknown topic/.test(message))) {
    return faultOfKafkaCode(KAFKA_CODES.unknownTopicOrPartition);
  }
  if (chain.some(({ message }) => /requires TLS/.test(message))) return { code: 'TlsRequired', kind: 'refused' };
  const tls = chain.find(({ code }) => /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code));
  if (tls !== undefined) return { code: tls.code, kind: 'refused' };
  if (chain.some(({ message }) => /TLS handshake failed/.test(message)))
    return { code: 'TlsNotSpoken', kind: 'refused' };
  const isAuthentication = chain.some(({ code }) => code === 'PLT_KFK_AUTHENTICATION');
  if (isAuthentication) return LIBRARY_CODES.PLT_KFK_AUTHENTICATION!;
  const system = chain.find(({ code }) => /^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_'));
  if (system !== undefined) return { code: system.code, kind: 'transient' };
  if (chain.some(({ code, message }) => code === 'PLT_KFK_TIMEOUT' || /timed out/.test(message)))
    return LIBRARY_CODES.PLT_KFK_TIMEOUT!;
  for (const { code } of chain.toReversed()) if (LIBRARY_CODES[code] !== undefined) return LIBRARY_CODES[code];
  return { code: chain[0]?.name ?? 'UnknownError', kind: 'transient' };
}

interface Cause {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly apiCode: unknown;
}

/** The error, what it wraps, and the errors that it collects, outermost first. */
function causesOf(error: unknown): Cause[] {
  const found: Cause[] = [];
  const open: unknown[] = [error];
  while (open.length > 0) {
    const one = open.shift();
    if (!(one instanceof Error)) continue;
    const { code, apiCode } = one as { code?: unknown; apiCode?: unknown };
    found.push({ name: one.name, code: typeof code === 'string' ? code : '', message: one.message, apiCode });
    if (one instanceof AggregateError) open.push(...one.errors);
    open.push(one.cause);
  }
  return found;
}

/** The innermost message, which is the most specific one, on one line. */
export function messageOf(error: unknown): string {
  const messages = causesOf(error).map(({ message }) => message.replace(/\s+/gu, ' ').trim());
  return messages.findLast((message) => message !== '') ?? '';
}
