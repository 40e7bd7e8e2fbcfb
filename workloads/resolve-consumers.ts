import { type Problem, pathText } from './errors.ts';
import type { ConsumerSpec, TargetSpec } from './scenario.ts';
import type { ParsedScenario } from './schema.ts';
import { rulesOf } from './targets/targets.ts';

export function resolveConsumers({ consumers }: Pick<ParsedScenario, 'consumers'>): ConsumerSpec[] {
  return consumers.map((consumer): ConsumerSpec => {
    if (consumer.kind === 'fan-out') return { name: consumer.name, kind: 'fan-out' };
    const { name, kind, intervalMs, limit } = consumer;
    return { name, kind, intervalNs: intervalMs, ...(limit === undefined ? {} : { limit }) };
  });
}

/** Checks that the target supports the settings of the consumers. */
export function checkConsumers(target: TargetSpec, consumers: readonly ConsumerSpec[], problems: Problem[]): void {
  const rules = rulesOf(target);
  for (const [i, consumer] of consumers.entries()) {
    if (consumer.kind !== 'polling' || consumer.limit === undefined || rules.pollsHaveLimit === true) continue;
    const what = `a poll of the ${target.kind} target has no limit.`;
    problems.push({ code: 'CONFLICT', path: pathText(['consumers', i, 'limit']), what, fix: 'Remove limit.' });
  }
  rules.checkConsumers?.(target, consumers, (code, path, what, fix) =>
    problems.push({ code, path: pathText(path), what, fix }),
  );
}
