import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATE_FIELDS } from '../../engine/firehose/objects/date-fields.ts';
import { readDatePattern } from '../../engine/firehose/objects/date-pattern.ts';
import { hadoopStream, xerialStream } from '../../engine/firehose/objects/snappy-streams.ts';
import { zonedTime } from '../../engine/firehose/objects/zoned-time.ts';
import { javaClient, startJava } from './java-client.ts';

const java = await javaClient('firehose-objects');
const ZONES = ['UTC', 'Asia/Kolkata', 'America/New_York', 'America/St_Johns', 'Pacific/Kiritimati', 'Africa/Monrovia'];
/** Around edges of years, changes of daylight saving time, and leap days. */
const INSTANTS = [
  '1970-12-31T23:59:59.999Z',
  '1971-06-01T00:00:00Z',
  '2000-02-29T12:00:00Z',
  '2024-12-31T23:59:59.123Z',
  '2026-01-04T00:00:00Z',
  '2026-03-08T06:59:59Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T05:59:59Z',
  '2026-11-01T06:00:00Z',
  '2026-12-26T11:00:00Z',
  '2026-12-27T18:30:00Z',
  '2026-12-31T18:29:59Z',
  '2027-01-01T00:00:00Z',
].map((text) => Date.parse(text));

describe.skipIf(java.kind === 'missing')(
  `Java as the referee of Firehose's objects${java.kind === 'missing' ? ` (skipped: ${java.reason})` : ''}`,
  () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'firehose-objects-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    async function run(task: string, file: string): Promise<readonly string[]> {
      if (java.kind !== 'ready') return [];
      const program = startJava(java, 'FirehoseObjects', [task, file]);
      const { code, stderr } = await program.ended;
      expect(code, stderr).toBe(0);
      return program.lines;
    }

    test('writes every letter, in every count, as java.time does', async () => {
      // Names of zones come from the locale data of each program, which differ for zones outside of the United States.
      const letters = Object.keys(DATE_FIELDS).filter((letter) => letter !== 'z');
      const patterns = letters.flatMap((letter) =>
        [1, 2, 3, 4, 5, 6, 9, 10, 19, 20].map((count) => letter.repeat(count)),
      );
      // Java accepts any count of Y, which no name needs.
      patterns.splice(patterns.indexOf('Y'.repeat(20)), 1);
      const others = ['yyyy/MM/dd/HH/', "'a''b'yyyy''", 'z', 'zzz'];
      const cases = [...patterns, ...others].flatMap((pattern) =>
        (pattern.startsWith('z') ? ['UTC', 'America/New_York'] : ZONES).flatMap((zone) =>
          INSTANTS.map((atMs) => ({ pattern, atMs, zone })),
        ),
      );
      const file = join(folder, 'dates');
      await writeFile(file, cases.map(({ pattern, atMs, zone }) => `${pattern}\t${atMs}\t${zone}\n`).join(''));
      const expected = await run('dates', file);
      const actual = cases.map(({ pattern, atMs, zone }) => {
        const read = readDatePattern(pattern);
        return read.kind === 'pattern' ? read.textAt(zonedTime(atMs, zone)) : '!';
      });
      expect(expected).toHaveLength(cases.length);
      expect(expected.filter((text) => text !== '!').length).toBeGreaterThan(4000);
      const differences = cases.flatMap(({ pattern, atMs, zone }, i) =>
        actual[i] === expected[i]
          ? []
          : [`${pattern} ${new Date(atMs).toISOString()} ${zone}: ${actual[i]}, Java: ${expected[i]}`],
      );
      expect(differences).toEqual([]);
    });

    test('writes Snappy streams byte for byte as snappy-java does', async () => {
      const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * i * 31 + (i >> 5)) & 0x3f));
      const contents = {
        abc: [Buffer.from('abc'), Buffer.from('abcabc')],
        edge: [bytes(32_768)],
        long: [bytes(70_001), bytes(5)],
      };
      for (const [name, pieces] of Object.entries(contents)) {
        await writeFile(join(folder, `${name}.plain`), Buffer.concat(pieces));
        await writeFile(join(folder, `${name}.xerial`), Buffer.concat(await xerialStream(pieces)));
        await writeFile(join(folder, `${name}.hadoop`), Buffer.concat(await hadoopStream(pieces)));
      }
      expect(await run('snappy', folder)).toEqual(
        Object.keys(contents).map((name) => `${name} read=true xerial=true hadoop=true`),
      );
    });
  },
);
