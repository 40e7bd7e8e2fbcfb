import { describe } from 'vitest';
import type { KafkaTargetSpec } from '../../../../workloads/targets/kafka.ts';
import { jars, newTopic, useKafka, whyNoKafka } from '../../../kafka/broker.ts';
import { conforms } from '../target-conformance.ts';

const polling = { name: 'reader', kind: 'polling', intervalNs: 20e6 } as const;

describe.skipIf(jars.kind === 'missing')(`a kafka target keeps the contract${whyNoKafka}`, () => {
  const kafka = useKafka();
  const spec =
    (more: Partial<KafkaTargetSpec> = {}) =>
    (): KafkaTargetSpec => ({
      kind: 'kafka',
      brokers: kafka().brokers,
      topic: newTopic(),
      create: { partitions: 4, replication: 1, config: {} },
      acks: 'all',
      idempotent: true,
      compression: 'none',
      fetch: { waitNs: 500e6, minBytes: 1, maxBytes: 50 * 2 ** 20 },
      maxRecordBytes: 1e6,
      timeoutNs: 10e9,
      deliveryTimeoutNs: 20e9,
      ...more,
    });

  conforms('with acks all, idempotent', spec());
  conforms('with acks all', spec({ idempotent: false }));
  conforms('with acks 1', spec({ acks: 1, idempotent: false }));
  conforms('with acks 0', spec({ acks: 0, idempotent: false }));
  conforms('with five partitions', spec({ create: { partitions: 5, replication: 1, config: {} } }));
  conforms('with one partition', spec({ create: { partitions: 1, replication: 1, config: {} } }));
  conforms('with a consumer that polls', spec(), polling);
  for (const protocol of ['consumer', 'classic'] as const) {
    const group = { name: 'reader', kind: 'group', members: 2, protocol, commitNs: 100e6 } as const;
    conforms(`with a group of two members and the ${protocol} protocol`, spec(), group);
  }
  for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    conforms(`with ${compression}`, spec({ compression }));
  }
});
