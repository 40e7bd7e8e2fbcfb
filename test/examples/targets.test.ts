import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandInProcess, emptyFolder } from '../runners/commands/cli-command.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/targets');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

describe('a ready-made target', () => {
  test('exists, so that the tests below test something', () => {
    expect(FILES.length).toBeGreaterThan(4);
  });

  test.each(FILES)('%s fits a ready-made scenario, whose dry run names it', async (file) => {
    const args = ['run', 'web-clickstream', '--target', join(FOLDER, file), '--dry-run'];
    const { code, stdout, stderr } = await commandInProcess(args, { cwd: emptyFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { kind } = parse(readFileSync(join(FOLDER, file), 'utf8')).target;
    expect(stdout).toContain(`Target  ${kind} `);
    expect(stdout).toMatch(/\b4 shards|\b4 partitions|on-demand/u);
    expect(stdout).toContain(`Output  results/web-clickstream-on-${file.replace('.yaml', '')}`);
  });

  test.each(FILES)('%s is in the table of the README', (file) => {
    expect(readFileSync(join(FOLDER, 'README.md'), 'utf8')).toContain(`[${file}](${file})`);
  });
});
