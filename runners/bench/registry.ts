import type { Benchmark } from './benchmark.ts';
import { calibrateNoop } from './calibrate-noop.ts';
import { cborRead } from './cbor-read.ts';
import { clientPutToGet } from './client-put-to-get.ts';
import { engine1000Shards } from './engine-1000-shards.ts';
import { engineLimits } from './engine-limits.ts';
import { firehoseFolder } from './firehose-folder.ts';
import { firehoseJq } from './firehose-jq.ts';
import { firehoseParquet } from './firehose-parquet.ts';
import { firehoseTransform } from './firehose-transform.ts';
import { firehoseWire } from './firehose-wire.ts';
import { gateHistory } from './gate-history.ts';
import { gateNoop } from './gate-noop.ts';
import { gateFalseAlarms, gatePower } from './gate-simulations.ts';
import { hashKeys } from './hash-key.ts';
import { hdrHistogram } from './hdr-histogram.ts';
import { k6PutRecords } from './k6-put-records.ts';
import { kafkaProduce } from './kafka-produce.ts';
import { kafkaPutToGet } from './kafka-put-to-get.ts';
import { kafkaRun } from './kafka-run.ts';
import { kinesisRun100, kinesisRun1024, kinesisRun10240 } from './kinesis-run.ts';
import { kneeNoop } from './knee-noop.ts';
import { livePageCost } from './live-page-cost.ts';
import { merge16 } from './merge-16.ts';
import { putToGetParked } from './parked.ts';
import { planAccuracy } from './plan-accuracy.ts';
import { planHour2000 } from './plan-hour.ts';
import { planRecommended } from './plan-recommended.ts';
import { planTrace } from './plan-trace.ts';
import { recordValue } from './recorder.ts';
import { reportHtml } from './report-html.ts';
import { resultRead } from './result-read.ts';
import { engineRun, noopRun, scheduleLag } from './runs.ts';
import { serveIdle } from './serve-idle.ts';
import { serveMemory } from './serve-memory.ts';
import { serveStartup } from './serve-startup.ts';
import { serveThreads } from './serve-threads.ts';
import { shardLog100, shardLog1024 } from './shard-log.ts';
import { startup } from './startup.ts';
import { wireGetRecords } from './wire-gets.ts';
import { wirePutToGet } from './wire-put-to-get.ts';
import { wirePutRecord, wirePutRecords } from './wire-puts.ts';
import { wireRetention } from './wire-retention.ts';
import { wireSizes } from './wire-sizes.ts';

/** All benchmarks of the project. Those marked `onlyByName` run only if they are named. */
export const BENCHMARKS: readonly Benchmark[] = [
  shardLog100,
  shardLog1024,
  hashKeys,
  putToGetParked,
  recordValue,
  noopRun,
  engineRun,
  scheduleLag,
  startup,
  wirePutRecords,
  wirePutRecord,
  wireGetRecords,
  wireSizes,
  wirePutToGet,
  clientPutToGet,
  kinesisRun100,
  kinesisRun1024,
  kinesisRun10240,
  k6PutRecords,
  firehoseFolder,
  firehoseWire,
  cborRead,
  serveStartup,
  serveIdle,
  serveThreads,
  serveMemory,
  hdrHistogram,
  resultRead,
  merge16,
  engineLimits,
  gateFalseAlarms,
  gatePower,
  gateNoop,
  kneeNoop,
  wireRetention,
  gateHistory,
  reportHtml,
  livePageCost,
  engine1000Shards,
  firehoseParquet,
  firehoseJq,
  firehoseTransform,
  calibrateNoop,
  planAccuracy,
  planRecommended,
  planHour2000,
  planTrace,
  kafkaProduce,
  kafkaRun,
  kafkaPutToGet,
];
