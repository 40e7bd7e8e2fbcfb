import type { FirehoseAccount } from './firehose-account.ts';

const METRIC = 'streamgauge_firehose';
const PARTS = ['count', 'sum', 'min', 'max'] as const;

/**
 * The metrics of all delivery streams in Prometheus text format: CloudWatch's names as a label, and count, sum, minimum and
 * maximum of each since the engine started. Some numbers have no name of CloudWatch: records in the error output, records
 * that were discarded because they were too old, records that de-aggregation left whole, and bytes that are not delivered.
 */
export function firehoseMetricsText(accounts: readonly FirehoseAccount[]): string {
  const lines = PARTS.flatMap((part) => [
    `# HELP ${METRIC}_${part} CloudWatch metric of a delivery stream: ${part} since the engine started`,
    `# TYPE ${METRIC}_${part} ${part === 'count' || part === 'sum' ? 'counter' : 'gauge'}`,
    ...eachStream(accounts, (labels, { metrics }) =>
      metrics.all.map(([name, statistic]) => `${METRIC}_${part}{metric="${name}",${labels}} ${statistic[part]}`),
    ),
  ]);
  const counters = [
    ...counter(
      'failed_records',
      'Records written to the error output',
      accounts,
      ({ metrics }) => metrics.failedRecords,
    ),
    ...counter(
      'late_records',
      'Records discarded because they were too old',
      accounts,
      ({ metrics }) => metrics.lateRecords,
    ),
    ...counter(
      'unsplit_records',
      'Records with more than 500 parts, which de-aggregation left whole',
      accounts,
      ({ metrics }) => metrics.unsplitRecords,
    ),
    ...counter(
      'backlog_bytes',
      'Bytes of records that are not delivered',
      accounts,
      ({ backlogBytes }) => backlogBytes,
    ),
  ];
  return `${[...lines, ...counters].join('\n')}\n`;
}

type Stream = FirehoseAccount['streams'][number];

function counter(
  name: string,
  help: string,
  accounts: readonly FirehoseAccount[],
  numberOf: (stream: Stream) => number,
): readonly string[] {
  return [
    `# HELP ${METRIC}_${name} ${help}`,
    `# TYPE ${METRIC}_${name} ${name.endsWith('_records') ? 'counter' : 'gauge'}`,
    ...eachStream(accounts, (labels, stream) => [`${METRIC}_${name}{${labels}} ${numberOf(stream)}`]),
  ];
}

const eachStream = (
  accounts: readonly FirehoseAccount[],
  linesOf: (labels: string, stream: Stream) => readonly string[],
): readonly string[] =>
  accounts.flatMap(({ place, streams }) =>
    streams.flatMap((stream) =>
      linesOf(`delivery_stream="${stream.state.name}",account="${place.accountId}",region="${place.region}"`, stream),
    ),
  );
