/** A scenario to start from: it runs as it is, in about ten seconds, and says what can be changed. */
export function starterScenario(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}
#
# One experiment: what load to make, against what, who reads, and what must hold.
# Quantities carry their unit: 5s, 200ms, 300B, 2KB, 1MiB, 1000/s. An unknown key is an error, not a comment.

name: my-stream
description: Orders and clicks on one stream, read by two consumers

# The same seed makes the same load: times, keys, sizes and bytes.
seed: 7

# engine: the local engine that behaves like Kinesis. noop: accepts everything, and shows what the harness costs.
target:
  kind: engine
  shards: 4
  limits: aws # 1 MB/s and 1000 records/s a shard; or none; or { bytes: 2MB/s, records: 5000/s }
  latency: none # or enhanced-fan-out: records can be read after about 70 ms, as on AWS

# Streams of records, made at the same time.
workloads:
  - name: clicks
    arrivals: poisson # or constant, uniform, { onOff: { on: 1s, off: 3s } }, ...
    phases:
      - { name: warm-up, duration: 2s, rate: 500/s, recorded: false } # made, and left out of the summary
      - { name: ramp, duration: 3s, rate: { from: 500/s, to: 1000/s } }
      - { name: steady, duration: 5s, rate: 1000/s }
    keys: { zipf: 0.99, count: 10000 } # few keys often, many seldom; or { uniform: true, count: 10000 }
    payload: { size: { lognormal: { p50: 300B, p99: 2KB } } } # or { size: 1KB }
    producers:
      count: 1 # threads; the load stays the same with any number
      batch: { records: 500, bytes: 1MB, lingerMs: 10 }
      inFlight: 8 # calls under way at most

  - name: orders
    phases:
      - { name: steady, duration: 10s, rate: 50/s }
    keys: { uniform: true, count: 2000 }
    payload:
      template: { orderId: '{{uuid}}', items: '{{int 1 9}}', channel: '{{pick web app shop}}' }

# Each consumer reads every record.
consumers:
  - { name: dashboard, kind: polling, intervalMs: 200 }
  - { name: fraud-check, kind: fan-out }

# What must hold for the run to pass. A failed threshold ends the command with exit code 4.
thresholds:
  - putToGet.p99 < 1s
  - throttled.ratio < 5%
  - lost == 0
`;
}
