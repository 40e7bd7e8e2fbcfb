import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Engine } from '../engine/engine.ts';
import { checkThreshold } from '../reports/verdict/threshold-grammar.ts';
import { resolveScenario } from '../workloads/resolve.ts';
import { command, emptyFolder, program } from './runners/commands/cli-command.ts';

/** What the README and the guides show is run as it stands. */
const ROOT = resolve(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const GUIDES = readdirSync(join(ROOT, 'docs/guide')).filter((name) => name.endsWith('.md'));
const guide = (name: string): string => readFileSync(join(ROOT, 'docs/guide', name), 'utf8');

const blocks = (language: string, text = README): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!);

/** Only whole scenarios: guides show parts of them as well. */
const scenarios = (text: string): string[] => blocks('yaml', text).filter((block) => /^workloads:/m.test(block));

async function runsAndLosesNothing(text: string): Promise<void> {
  const scenario = resolveScenario(parse(text), {});
  for (const threshold of scenario.thresholds) expect(checkThreshold(threshold, scenario)).toBeUndefined();
  const folder = emptyFolder();
  writeFileSync(join(folder, 'scenario.yaml'), text);
  const { code, stdout, stderr } = await command(['run', 'scenario.yaml', '--out', 'out', '--json'], { cwd: folder });
  // 4 and 5 are verdicts about a machine that may be busy; everything else is a fault of the example.
  expect([0, 4, 5], stderr).toContain(code);
  expect(JSON.parse(stdout).summary.ledger.lost).toBe(0);
}

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

  test.each(blocks('yaml').map((text) => [text.split('\n', 1)[0]!, text]))('%s: runs and loses nothing', (_, text) =>
    runsAndLosesNothing(text),
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
    expect(README).toContain(readFileSync(join(ROOT, 'engine/account/OPERATIONS.md'), 'utf8').trim());
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

describe('the guides', () => {
  test.each(GUIDES)('%s is linked from the README', (name) => {
    expect(README.includes(`](docs/guide/${name})`)).toBe(true);
  });

  test.each(GUIDES.flatMap((name) => scenarios(guide(name)).map((text) => [name, text.split('\n', 1)[0]!, text])))(
    '%s: %s runs and loses nothing',
    (_, __, text) => runsAndLosesNothing(text),
  );

  test('the guide to rates shows the plan that a dry run of its scenario prints', async () => {
    const text = guide('rates.md');
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'scenario.yaml'), scenarios(text)[0]!);
    const { stdout } = await command(['run', 'scenario.yaml', '--dry-run'], { cwd });
    const parts = blocks('text', text);
    expect(parts.length).toBe(2);
    for (const part of parts) expect(stdout).toContain(part);
  });
});
