import { formatRate } from '../../../reports/format/numbers.ts';
import type { DelaySpec, NoopTargetSpec, QueueSpec } from '../../../workloads/targets/noop.ts';
import { countOf, timeText } from '../quantity-text.ts';
import type { TargetKind } from '../target-kind.ts';
import { noopFacts } from './noop-facts.ts';

/** A target that does nothing, after a known delay: it shows what the harness itself costs and measures. */
export const noopKind: TargetKind<NoopTargetSpec> = {
  kind: 'noop',
  loadDriver: async () => (await import('./noop-driver.ts')).noopDriver,
  title: ({ shards }) => `noop with ${countOf(shards, 'shard')}`,
  details: ({ delay, queue, stalls }) => [
    `delay ${delayText(delay)}`,
    ...queueTexts(queue),
    ...stalls.map(({ atNs, forNs }) => `stall at ${timeText(atNs)} for ${timeText(forNs)}`),
  ],
  facts: noopFacts,
  gate: {
    rescaled: (spec, at) => ({
      ...spec,
      stalls: spec.stalls.map(({ atNs, forNs }) => ({ atNs: at(atNs), forNs: at(forNs) })),
    }),
  },
  knee: { withShards: (written, shards) => ({ ...written, shards }) },
  calibrate: {
    shorthand: { text: 'noop', parse: (text) => (text === 'noop' ? { kind: text } : undefined) },
    probes: false,
  },
};

function queueTexts(queue: QueueSpec | undefined): string[] {
  if (queue === undefined) return [];
  const { servers, serviceNs } = queue;
  return [
    `${countOf(servers, 'server')} of ${timeText(serviceNs)} a record: ${formatRate((servers / serviceNs) * 1e9)}`,
  ];
}

function delayText(delay: DelaySpec): string {
  if (delay.kind === 'none') return 'none';
  if (delay.kind === 'fixed') return timeText(delay.ns);
  return `lognormal, p50 ${timeText(delay.p50Ns)}, p99 ${timeText(delay.p99Ns)}`;
}
