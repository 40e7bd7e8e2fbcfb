import { z } from 'zod';
import { scenarioPath } from '../files.ts';
import {
  durationField,
  durationOrZeroField,
  nameField,
  RECORD_MAX_BYTES,
  sizeField,
  wholeNumberField,
} from '../schema-fields.ts';
import type { ParsedSteps } from '../schema-steps.ts';
import { patternField } from './aws-fields.ts';
import { ENVELOPE_BYTES } from './envelope-bytes.ts';
import type { Report, TargetContext, TargetRules } from './target-rules.ts';

const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type KafkaCompression = (typeof COMPRESSIONS)[number];
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** A topic of Apache Kafka, or of any broker that speaks its protocol. */
export interface KafkaTargetSpec {
  readonly kind: 'kafka';
  /** `host:port`. One broker that responds is enough. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** A topic that the run creates and deletes. Absent: the topic must exist. */
  readonly create?: CreatedTopic;
  /** Partitions that an existing topic must have. */
  readonly partitions?: number;
  readonly acks: 0 | 1 | 'all';
  readonly idempotent: boolean;
  readonly compression: KafkaCompression;
  readonly fetch: FetchSpec;
  /** Key and payload, without what the format of Kafka adds. */
  readonly maxRecordBytes: number;
  /** Time after which a request counts as failed. */
  readonly timeoutNs: number;
  /** Time after which an idempotent producer gives a batch up, with all its retries. */
  readonly deliveryTimeoutNs: number;
  readonly security?: SecuritySpec;
  /** Shell commands that start brokers for the run, by the names that steps use. */
  readonly commands?: Readonly<Record<string, string>>;
}

export interface CreatedTopic {
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Fetch requests of consumers: the broker responds when it has `minBytes`, or after `waitNs`. */
export interface FetchSpec {
  readonly waitNs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Holds names of environment variables and no secrets, because a result file contains the whole scenario. */
export interface SecuritySpec {
  readonly tls?: TlsSpec;
  readonly sasl?: SaslSpec;
}

export interface TlsSpec {
  /** Absolute path of a PEM file. Absent: the authorities that Node trusts. */
  readonly ca?: string;
  /** Client certificate and key, absolute paths of PEM files. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface SaslSpec {
  readonly mechanism: (typeof MECHANISMS)[number];
  readonly usernameVariable: string;
  readonly passwordVariable: string;
}

/** Names of topics. Source: org.apache.kafka.common.internals.Topic of Apache Kafka 4.4. */
const TOPIC_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;
const BROKER = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9.-]+):(\d{1,5})$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PORT_MAX = 65_535;
/** Number of shards for which a result file has places. */
const PARTITIONS_MAX = 4096;
const REPLICAS_MAX = 32_767;
/** Largest batch by default, message.max.bytes = 1,048,588, less room for the format. Source: Apache Kafka 4.4 broker configs. */
const DEFAULT_RECORD_BYTES = '1000KB';

const broker = z
  .string()
  .meta({ description: 'Address of a broker, such as 127.0.0.1:9092.' })
  .superRefine((text, context) => {
    const port = Number(BROKER.exec(text)?.[1] ?? 0);
    if (port >= 1 && port <= PORT_MAX) return;
    const fix = 'Write HOST:PORT, such as 127.0.0.1:9092.';
    const message = `'${text}' is not the address of a broker.`;
    context.addIssue({ code: 'custom', message, params: { code: 'WRONG_TYPE', fix } });
  });

const variableField = (description: string) =>
  patternField(
    VARIABLE,
    description,
    (name) => `'${name}' cannot be the name of an environment variable.`,
    'Write the name of the variable, not its value.',
  );

const create = z
  .strictObject({
    partitions: wholeNumberField('Partitions of the topic.', 1, PARTITIONS_MAX),
    replication: wholeNumberField('Replicas of each partition.', 1, REPLICAS_MAX).default(1),
    config: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .meta({ description: 'Settings of the topic, such as { min.insync.replicas: 2 }.' }),
  })
  .meta({ description: 'Create the topic for the run and delete it afterwards. Without it, the topic must exist.' });

const security = z
  .strictObject({
    tls: z
      .union([
        z.literal(true),
        z.strictObject({
          ca: z.string().min(1).optional().meta({ description: 'PEM file of the authority that signed the broker.' }),
          certificate: z.string().min(1).optional().meta({ description: 'PEM file of a client certificate.' }),
          key: z.string().min(1).optional().meta({ description: 'PEM file of its private key.' }),
        }),
      ])
      .optional()
      .meta({ description: 'Encrypt connections: true, or { ca, certificate, key }.' }),
    sasl: z
      .strictObject({
        mechanism: z.enum(MECHANISMS).meta({ description: 'How the client authenticates.' }),
        usernameVariable: variableField('Environment variable with the user name.').default('KAFKA_USERNAME'),
        passwordVariable: variableField('Environment variable with the password.').default('KAFKA_PASSWORD'),
      })
      .optional()
      .meta({ description: 'Authenticate. The user name and password come from environment variables.' }),
  })
  .meta({ description: 'Encryption and authentication: { tls, sasl }. Without it, plain connections.' });

const fetch = z
  .strictObject({
    wait: durationOrZeroField('Longest time for which the broker waits for minBytes.').prefault('500ms'),
    minBytes: sizeField('Bytes for which the broker waits.', 1, 2 ** 30, 'a size from 1B to 1GiB').prefault('1B'),
    maxBytes: sizeField('Largest response.', 1, 2 ** 30, 'a size from 1B to 1GiB').prefault('50MiB'),
  })
  .meta({ description: 'How consumers fetch. The defaults are those of Kafka.' });

const schema = z.strictObject({
  kind: z.literal('kafka').meta({ description: 'Apache Kafka, or any broker that speaks its protocol.' }),
  brokers: z
    .union([broker.transform((text) => [text]), z.array(broker).min(1)])
    .meta({ description: 'Addresses of one or more brokers; the client finds the others.' }),
  topic: patternField(
    TOPIC_NAME,
    'Name of the topic: letters, digits, dot, dash and underscore, at most 249.',
    (name) => `'${name}' cannot be the name of a topic.`,
    'Write 1 to 249 letters, digits, dots, dashes and underscores.',
  ),
  create: create.optional(),
  partitions: wholeNumberField('Partitions that the topic must have, if it exists.', 1, PARTITIONS_MAX).optional(),
  acks: z
    .union([z.literal(0), z.literal(1), z.literal('all')])
    .default('all')
    .meta({
      description:
        'Replicas that must have a batch before it is acknowledged: none (0), the leader (1), all in sync (all).',
    }),
  idempotent: z.boolean().optional().meta({
    description:
      'Let the broker discard repeated batches and keep their order (default true with acks all, otherwise false).',
  }),
  compression: z.enum(COMPRESSIONS).default('none').meta({ description: 'Compression of batches, by the client.' }),
  fetch: fetch.prefault({}),
  maxRecordBytes: sizeField(
    'Largest record that the topic accepts, with its key.',
    1,
    RECORD_MAX_BYTES,
    'a size from 1B to 10MiB',
  ).prefault(DEFAULT_RECORD_BYTES),
  timeout: durationField('Time after which a request counts as failed.').prefault('30s'),
  deliveryTimeout: durationField('Time after which an idempotent producer no longer retries a batch.').prefault('120s'),
  security: security.optional(),
  commands: z.record(nameField('Name of a broker.'), z.string().min(1)).optional().meta({
    description:
      'Shell commands that start the brokers of the run, by name. They run in the foreground and are ended with the run. The steps stop and start name them.',
  }),
});

type Parsed = z.output<typeof schema>;

/** A topic of Apache Kafka, or of any broker that speaks its protocol. */
export const kafkaTarget: TargetRules<typeof schema, KafkaTargetSpec> = {
  kind: 'kafka',
  schema,
  resolve(parsed, context) {
    const { kind, brokers, topic, partitions, acks, compression, maxRecordBytes } = parsed;
    checkKeys(parsed, context);
    const { create: created, fetch: fetched, timeout, deliveryTimeout } = parsed;
    return {
      kind,
      brokers,
      topic,
      ...(created === undefined ? {} : { create: { ...created, config: textsOf(created.config) } }),
      ...(partitions === undefined ? {} : { partitions }),
      acks,
      idempotent: parsed.idempotent ?? acks === 'all',
      compression,
      fetch: { waitNs: fetched.wait, minBytes: fetched.minBytes, maxBytes: fetched.maxBytes },
      maxRecordBytes,
      timeoutNs: timeout,
      deliveryTimeoutNs: deliveryTimeout,
      ...securityOf(parsed, context),
      ...(parsed.commands === undefined ? {} : { commands: parsed.commands }),
    };
  },
  recordBytesMax: ({ maxRecordBytes }) => maxRecordBytes,
  envelopeBytes: ENVELOPE_BYTES,
  consumerKinds: ['polling', 'fan-out', 'group'],
  steps: {
    words: ['partitions', 'stop', 'start'],
    check: checkSteps,
  },
  faults: {
    problem: () => ({
      what: 'the kafka target injects no faults.',
      fix: 'Remove faults, or use target engine.',
    }),
  },
};

function checkKeys({ acks, idempotent, create: created, partitions }: Parsed, { problems }: TargetContext): void {
  const conflict = (key: string, what: string, fix: string) =>
    problems.push({ code: 'CONFLICT', path: `target.${key}`, what, fix });
  if (idempotent === true && acks !== 'all') {
    conflict('idempotent', `an idempotent producer needs acks all, and acks is ${acks}.`, 'Write acks: all.');
  }
  if (created !== undefined && partitions !== undefined && created.partitions !== partitions) {
    const what = `the run creates a topic of ${created.partitions} partitions, and partitions is ${partitions}.`;
    conflict('partitions', what, 'Remove partitions.');
  }
}

/** Partitions only grow, and a broker runs or does not. */
function checkSteps(steps: ParsedSteps, { create: created, commands = {} }: KafkaTargetSpec, report: Report): void {
  let partitions = created?.partitions ?? 0;
  const stopped = new Set<string>();
  const inOrder = [...steps.entries()].sort(([, a], [, b]) => a.at - b.at);
  for (const [i, step] of inOrder) {
    if ('partitions' in step) {
      if (step.partitions <= partitions) {
        const what = `the topic has ${partitions} partitions by then, and their number only grows.`;
        report('OUT_OF_RANGE', [i, 'partitions'], what, `Write at least ${partitions + 1}.`);
      }
      partitions = Math.max(partitions, step.partitions);
    }
    const word = 'stop' in step ? 'stop' : 'start' in step ? 'start' : undefined;
    const broker = 'stop' in step ? step.stop : 'start' in step ? step.start : undefined;
    if (word === undefined || broker === undefined) continue;
    if (commands[broker] === undefined) {
      const what = `the target has no command for a broker named '${broker}'.`;
      report('CONFLICT', [i, word], what, 'Add it to commands of the target: only brokers of the run can be stopped.');
    } else if (stopped.has(broker) === (word === 'stop')) {
      const what = word === 'stop' ? `${broker} is stopped by then.` : `${broker} runs by then.`;
      report('CONFLICT', [i, word], what, 'Remove the step.');
    }
    if (word === 'stop') stopped.add(broker);
    else stopped.delete(broker);
  }
}

function securityOf({ security: written }: Parsed, { scenarioFile }: TargetContext): { security?: SecuritySpec } {
  if (written === undefined) return {};
  const { tls, sasl } = written;
  const path = (file: string | undefined) => (file === undefined ? undefined : scenarioPath(file, scenarioFile));
  const files =
    tls === undefined || tls === true
      ? {}
      : { ca: path(tls.ca), certificate: path(tls.certificate), key: path(tls.key) };
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  return { security: { ...(tls === undefined ? {} : { tls: given }), ...(sasl === undefined ? {} : { sasl }) } };
}

const textsOf = (config: Readonly<Record<string, string | number | boolean>>): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]));
