/** A scenario to start from. It runs without changes in about ten seconds, and its comments name the alternatives. */
export function starterScenario(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}
#
# One experiment: the target, the load, the consumers, and the conditions that must hold.
# Quantities have a unit: 5s, 200ms, 300B, 2KB, 1MiB, 1000/s. An unknown key is an error.

name: my-stream
description: Orders and clicks on one stream, read by two consumers

# The same seed makes the same load: times, keys, sizes and bytes.
seed: 7

# engine: a local engine that behaves like Kinesis. noop: accepts everything, to measure the harness itself. kinesis: AWS.
target:
  kind: engine
  shards: 4
  limits: aws # 1 MB/s and 1000 records/s per shard; or none; or { bytes: 2MB/s, records: 5000/s }
  latency: none # or enhanced-fan-out: records can be read after about 70 ms, as on AWS

# Streams of records, sent at the same time.
workloads:
  - name: clicks
    arrivals: poisson # or constant, uniform, { onOff: { on: 1s, off: 3s } }, ...
    phases:
      - { name: warm-up, duration: 2s, rate: 500/s, recorded: false } # measured, but not part of the summary
      - { name: ramp, duration: 3s, rate: { from: 500/s, to: 1000/s } }
      - { name: steady, duration: 5s, rate: 1000/s }
    keys: { zipf: 0.99, count: 10000 } # few frequent keys and many rare ones; or { uniform: true, count: 10000 }
    payload: { size: { lognormal: { p50: 300B, p99: 2KB } } } # or { size: 1KB }
    producers:
      count: 1 # threads; the load does not depend on it
      batch: { records: 500, bytes: 1MB, lingerMs: 10 }
      inFlight: 8 # largest number of calls without a response

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

# Conditions that must hold for the run to pass. If one fails, the exit code is 4.
thresholds:
  - putToGet.p99 < 1s
  - throttled.ratio < 5%
  - lost == 0
`;
}
