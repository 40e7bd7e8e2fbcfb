import type { Account } from '../account.ts';
import type { Statistic } from '../stream/metrics.ts';

const METRIC = 'streamgauge_kinesis';

/**
 * The metrics of all accounts in Prometheus text format: CloudWatch's names as a label, and count, sum, minimum and maximum of
 * each since the engine started. Shard-level metrics are present for every shard, with or without the stream's flags.
 */
export function serviceMetricsText(accounts: readonly Account[]): string {
  const lines = ['count', 'sum', 'min', 'max'].flatMap((part) => [
    `# HELP ${METRIC}_${part} CloudWatch metric of a stream or shard: ${part} since the engine started`,
    `# TYPE ${METRIC}_${part} ${part === 'count' || part === 'sum' ? 'counter' : 'gauge'}`,
    ...accounts.flatMap((account) => samples(account, part as 'count' | 'sum' | 'min' | 'max')),
  ]);
  return `${lines.join('\n')}\n`;
}

function samples(account: Account, part: 'count' | 'sum' | 'min' | 'max'): string[] {
  const lines: string[] = [];
  const { accountId, region } = account.options;
  const add = (name: string, labels: string, statistic: Statistic) => {
    if (statistic.count === 0) return;
    lines.push(
      `${METRIC}_${part}{metric="${name}",${labels},account="${accountId}",region="${region}"} ${statistic[part]}`,
    );
  };
  for (const { state, metrics, shards } of account.streams) {
    for (const [name, statistic] of metrics.all) add(name, `stream="${state.name}"`, statistic);
    for (const shard of shards) {
      for (const [name, statistic] of Object.entries(shard.metrics)) {
        if (statistic.count > 0) add(name, `stream="${state.name}",shard="${shard.id}"`, statistic);
      }
    }
  }
  return lines;
}
