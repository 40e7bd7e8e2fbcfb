import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Engine } from '../engine/engine.ts';
import { checkThreshold } from '../reports/verdict/threshold-grammar.ts';
import { resolveScenario } from '../workloads/resolve.ts';
import { command, emptyFolder, program } from './runners/commands/cli-command.ts';

/** What the README shows is run as it stands. */
const ROOT = resolve(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!);

/** The endpoint that its scenarios name. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
  await engine.serve({ port: 4567 });
});
afterAll(() => engine.close());

describe('the README', () => {
  test('shows the two commands', () => {
    expect(README).toContain('npm ci && npm start');
    expect(README).toContain('npm ci && npm test');
  });

  test.each(blocks('yaml').map((text) => [text.split('\n', 1)[0]!, text]))(
    '%s: runs and loses nothing',
    async (_, text) => {
      const scenario = resolveScenario(parse(text), {});
      for (const threshold of scenario.thresholds) expect(checkThreshold(threshold, scenario)).toBeUndefined();
      const folder = emptyFolder();
      writeFileSync(join(folder, 'scenario.yaml'), text);
      const { code, stdout, stderr } = await command(['run', 'scenario.yaml', '--out', 'out', '--json'], {
        cwd: folder,
      });
      // 4 and 5 are verdicts about a machine that may be busy; everything else is a fault of the example.
      expect([0, 4, 5], stderr).toContain(code);
      expect(JSON.parse(stdout).summary.ledger.lost).toBe(0);
    },
  );

  test.each(blocks('ts').map((text) => [text.match(/from '(streamgauge.*?)'/)![1]!, text]))(
    'the program with %s runs',
    async (name, text) => {
      // Inside the project its own name leads to the built package, which `npm test` makes first.
      const folder = join(ROOT, 'results/readme');
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `${name.replace('/', '-')}-${text.length}.ts`);
      writeFileSync(file, text);
      const { code, stdout, stderr } = await program(process.execPath, [file], { cwd: emptyFolder() });
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/records (received|read)/);
    },
  );

  test('shows the table of operations as it stands beside them', () => {
    expect(README).toContain(readFileSync(join(ROOT, 'engine/kinesis/OPERATIONS.md'), 'utf8').trim());
  });

  test('shows the steps of the CI job as they stand in the example', () => {
    const workflow = readFileSync(join(ROOT, 'examples/github-actions/streamgauge.yml'), 'utf8');
    expect(blocks('yml').length).toBeGreaterThan(0);
    for (const steps of blocks('yml')) expect(workflow).toContain(steps);
  });

  test('explains every exit code', () => {
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130]) expect(README).toContain(`| ${code} |`);
  });
});
