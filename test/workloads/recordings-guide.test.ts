import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { replayPlan } from '../../workloads/replay-plan.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { replaySchema } from '../../workloads/schema-replay.ts';
import { aFolder } from './a-file.ts';

const folder = aFolder();
const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/guide/replay.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!);
const [scenario = '', orders = '', proxy = ''] = blocks('yaml');

describe('the guide to replays', () => {
  test('shows the same plan as its scenario prints', () => {
    expect(replayPlan(resolveScenario(parse(scenario)))).toEqual(blocks('text')[0]!.trim().split('\n'));
  });

  test('explains every option of replay', () => {
    for (const option of Object.keys(replaySchema.shape)) expect(GUIDE).toContain(`| \`${option}\` |`);
  });

  const planOf = (example: string, keyField: string) =>
    replayPlan(
      resolveScenario(
        {
          name: 'guide',
          workloads: [{ name: 'w', arrivals: { recorded: {} }, keys: { field: keyField }, payload: parse(example) }],
        },
        { file: join(folder.path, 'scenario.yaml') },
      ),
    );

  test('has an example of a spreadsheet that replays such a file', () => {
    const rows = 'customer;date;time\nJos\xe9;2024-07-01;12:00:00\n;2024-07-01;12:00:01\nAnn;2024-07-01;12:00:02\n';
    folder.write('orders.csv', Buffer.from(rows, 'latin1'));
    const plan = planOf(orders, 'customer');
    expect(plan).toContain('Skipped: 1 record without a key.');
    expect(plan).toContain('First time 2024-07-01T10:00:00Z, last time 2024-07-01T10:00:02Z.');
  });

  test('has an example of a compressed HAProxy log that replays such a file', () => {
    const line = (second: number) =>
      `Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:0${second}.655] http-in static/srv1\n`;
    folder.write('haproxy.log.gz', gzipSync(line(1) + line(3)));
    const plan = planOf(proxy, '$6');
    expect(plan[0]).toContain('2 log records, UTF-8, decompressed from gzip.');
    expect(plan).toContain('First time 2009-02-06T11:14:01.655Z, last time 2009-02-06T11:14:03.655Z.');
  });
});
