import { type Problem, pathText } from './errors.ts';
import type { ConsumerSpec, TargetSpec } from './scenario.ts';
import type { ParsedScenario } from './schema.ts';
import { rulesOf } from './targets/targets.ts';

export function resolveConsumers({ consumers }: Pick<ParsedScenario, 'consumers'>): ConsumerSpec[] {
  return consumers.map((consumer): ConsumerSpec => {
    if (consumer.kind === 'fan-out') return { name: consumer.name, kind: 'fan-out' };
    if (consumer.kind === 'delivered')
      return { name: consumer.name, kind: 'delivered', intervalNs: consumer.intervalMs };
    if (consumer.kind === 'group') {
      const { name, kind, members, protocol, commitMs: commitNs } = consumer;
      return { name, kind, members, protocol, commitNs };
    }
    const { name, kind, intervalMs, limit } = consumer;
    return { name, kind, intervalNs: intervalMs, ...(limit === undefined ? {} : { limit }) };
  });
}

const KINDS_OF_STREAMS: readonly ConsumerSpec['kind'][] = ['polling', 'fan-out'];

/** Checks that the target supports the consumers and their settings. */
export function checkConsumers(target: TargetSpec, consumers: readonly ConsumerSpec[], problems: Problem[]): void {
  const rules = rulesOf(target);
  const { consumerKinds = KINDS_OF_STREAMS } = rules;
  for (const [i, { kind }] of consumers.entries()) {
    if (consumerKinds.includes(kind)) continue;
    const what = `the ${target.kind} target has no ${kind} consumers.`;
    const fix = `Write kind: ${consumerKinds.join(', or kind: ')}.`;
    problems.push({ code: 'CONFLICT', path: pathText(['consumers', i, 'kind']), what, fix });
  }
  for (const [i, consumer] of consumers.entries()) {
    if (consumer.kind !== 'polling' || consumer.limit === undefined || rules.pollsHaveLimit === true) continue;
    const what = `a poll of the ${target.kind} target has no limit.`;
    problems.push({ code: 'CONFLICT', path: pathText(['consumers', i, 'limit']), what, fix: 'Remove limit.' });
  }
  rules.checkConsumers?.(target, consumers, (code, path, what, fix) =>
    problems.push({ code, path: pathText(path), what, fix }),
  );
}
