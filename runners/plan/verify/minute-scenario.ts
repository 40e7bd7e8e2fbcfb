import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveScenario } from '../../../workloads/resolve.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import type { Load } from '../../simulation/load.ts';
import { busiestWindow } from './busiest-window.ts';
import { cellKeys } from './cell-keys.ts';
import { windowRecords } from './window-records.ts';
import { writeRecording } from './write-recording.ts';

export interface MinuteScenarios {
  /** Replays the minute. The caller sets its shards. */
  readonly scenario: Scenario;
  /** Deletes the recording. */
  close(): void;
}

/**
 * The busiest minute of a load as a scenario: its records in a recording, each with a key that lies on the same shard for all these shard
 * counts. A load knows no keys, only their hash keys.
 */
export async function minuteScenarios(load: Load, counts: readonly number[], seed: number): Promise<MinuteScenarios> {
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-verify-'));
  const close = () => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'minute.ndjson');
    const window = busiestWindow(load);
    await writeRecording(file, windowRecords(load, window, counts, seed), cellKeys(counts));
    return { scenario: scenarioOf(load, file), close };
  } catch (error) {
    close();
    throw error;
  }
}

function scenarioOf({ name, producers, consumers }: Load, file: string): Scenario {
  const { batch, retry } = producers;
  return resolveScenario({
    name: name.replace(/[^\w.-]+/gu, '-').slice(0, 60) || 'load',
    target: { kind: 'engine', shards: 1, limits: 'aws' },
    workloads: [
      {
        name: 'minute',
        arrivals: { recorded: { speed: 1 } },
        keys: { field: 'k' },
        payload: { replay: { file, format: 'ndjson', timeField: 't', timeUnit: 'us' } },
        producers: {
          count: Math.min(producers.count, PRODUCERS_MAX),
          batch: { records: batch.records, bytes: `${batch.bytes}B`, lingerMs: batch.lingerNs / 1e6 },
          whenBusy: producers.whenBusy,
          retry: { attempts: retry.attempts, base: `${retry.baseNs}ns`, cap: `${retry.capNs}ns` },
        },
      },
    ],
    consumers: consumers.map((consumer) =>
      consumer.kind === 'fan-out'
        ? { name: consumer.name, kind: consumer.kind }
        : { name: consumer.name, kind: consumer.kind, intervalMs: consumer.intervalNs / 1e6 },
    ),
  });
}

/** A machine has few cores: more producers would measure their threads. */
const PRODUCERS_MAX = 8;
