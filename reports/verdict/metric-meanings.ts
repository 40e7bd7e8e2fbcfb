import type { Span } from '../result/result.ts';

/** The latencies of a run, and what each one measures. */
export const SPAN_MEANINGS: Readonly<Record<Span, string>> = {
  sendDelay: "From the record's intended time to its hand-over to the target: the lateness of the load generator.",
  ackLatency: 'From the hand-over to the acknowledgement.',
  residence:
    'From the time at which the target had the record to its reception. The target defines where it starts; a report prints it.',
  putToGet:
    "From the record's intended time to its reception. It includes every wait, so that no slow record is missing.",
  uncorrected: 'From the hand-over to the reception: what a tool without intended times would report.',
};

/** Every metric that is not a latency, by name. */
export const METRIC_MEANINGS: Readonly<Record<string, string>> = {
  'achieved.ratio': 'Achieved rate over intended rate. A window that catches up may exceed 100%.',
  'throttled.ratio': 'Throttled attempts over all attempts that were throttled or acknowledged.',
  'throttledRecords.ratio': 'Records throttled at least once over all records handed to the target.',
  'achieved.rate': 'Acknowledged records per second that were handed over in time.',
  'bytes.rate': 'Bytes per second of the same records, keys and payloads.',
  'delivered.ratio': 'Records received over records due. Known after the run, for the whole run.',
  undelivered:
    'Records due that a consumer did not receive, whatever the reason. Known after the run, for the whole run.',
  lost: 'Acknowledged records that a consumer never received. Known after the run, for the whole run.',
  duplicated:
    'Receptions of a record after the first one by the same consumer. Known after the run, for the whole run.',
  reordered: 'Records received after a later record of the same key. Known after the run, for the whole run.',
  dropped: 'Records due that were never sent, because every in-flight slot was taken (`whenBusy: drop`).',
  failed: 'Records that failed in their last attempt.',
};
