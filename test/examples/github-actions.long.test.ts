import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CiMachine, ciMachine, EXAMPLES } from './ci-job.ts';

// GitHub's parser imports JSON the way bundlers want it; Node takes it as a module of one value.
registerHooks({
  load: (url, context, next) =>
    /workflow-parser.*\.json$/u.test(url)
      ? { format: 'module', shortCircuit: true, source: `export default ${readFileSync(new URL(url), 'utf8')}` }
      : next(url, context),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

interface Workflow {
  readonly permissions: unknown;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** Actions that the test does not run, each with its reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'actions/checkout@v6': 'needs a repository on GitHub; the clean folders hold the same files',
  'actions/setup-node@v6': 'downloads Node; the one that runs the tests is used',
  'actions/cache/restore@v5': 'needs the cache service; the folder stays for the second time',
  'actions/cache/save@v5': 'needs the cache service; the folder stays for the second time',
  'actions/upload-artifact@v6': 'needs the artifact service; the paths that it takes are looked for',
};

const FILE = join(EXAMPLES, 'github-actions/streamgauge.yml');
const TEXT = readFileSync(FILE, 'utf8');
const WORKFLOW: Workflow = parse(TEXT);
const STEPS = Object.values(WORKFLOW.jobs).flatMap(({ steps }) => steps);

/** The shortest time in which a gate can come to a verdict on a service that starts again for every block, with a margin. */
const PAIRED_TIMEOUT_MS = 300_000;

const machines: CiMachine[] = [];
afterAll(() => {
  for (const machine of machines) machine.close();
});

async function machineWith(...checkouts: string[]): Promise<CiMachine> {
  const machine = await ciMachine(checkouts);
  machines.push(machine);
  writeFileSync(join(machine.folder, 'summary.md'), '');
  return machine;
}

/** Every `run` step in order. @returns what each named one came to. */
async function runJob(
  name: string,
  machine: CiMachine,
  change = (script: string) => script,
): Promise<Map<string, number>> {
  const codes = new Map<string, number>();
  for (const step of WORKFLOW.jobs[name]!.steps) {
    if (step.run === undefined) continue;
    const env = { ...WORKFLOW.env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(machine.folder, 'summary.md') };
    const { code, stdout, stderr } = await machine.step(change(step.run), { env, in: step['working-directory'] ?? '' });
    codes.set(step.name ?? step.run, code ?? -1);
    // 4 and 5 are verdicts about a machine that may be busy; everything else is a fault of the example.
    expect([0, 4, 5], `${step.name}\n${stdout}\n${stderr}`).toContain(code);
  }
  return codes;
}

function uploadedPaths(job: string): string[] {
  return WORKFLOW.jobs[job]!.steps.flatMap((step) =>
    step.uses?.startsWith('actions/upload-artifact@') === true ? (step.with?.path ?? '').trim().split('\n') : [],
  );
}

describe('the GitHub Actions workflow', () => {
  test("is accepted by GitHub's own parser", async () => {
    const { context, value } = parseWorkflow({ name: 'streamgauge.yml', content: TEXT }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    const template = await convertWorkflowTemplate(context, value!);
    expect(template.errors ?? []).toEqual([]);
    expect(template.jobs.map((job) => job.id.toString())).toEqual(['load-test', 'paired-gate']);
  });

  test('is rejected by the parser with a misspelt key', () => {
    const broken = TEXT.replace('runs-on: ubuntu-latest', 'runs_on: ubuntu-latest');
    const { context } = parseWorkflow({ name: 'streamgauge.yml', content: broken }, new NoOperationTraceWriter());
    expect(context.errors.count).toBeGreaterThan(0);
  });

  test('uses actions by their major version, and every one that is not run here has its reason', () => {
    const used = STEPS.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    for (const action of used) expect(action).toMatch(/^actions\/[\w/-]+@v\d+$/u);
    expect([...new Set(used)].sort()).toEqual(Object.keys(NOT_RUN).sort());
  });

  test('uses no secret, has only read permission, and puts no outside text into a script', () => {
    expect(TEXT).not.toMatch(/secrets\.|pull_request_target/u);
    expect(WORKFLOW.permissions).toEqual({ contents: 'read' });
    for (const { run = '' } of STEPS) expect(run).not.toContain('${{');
    for (const { uses, with: settings } of STEPS) {
      if (uses?.startsWith('actions/checkout@') === true) expect(settings?.['persist-credentials']).toBe(false);
    }
  });

  test('has a job load-test that writes a summary, its artifacts and one line of history', async () => {
    const machine = await machineWith('');
    const codes = await runJob('load-test', machine);
    expect(codes.get('Report')).toBe(0);
    for (const path of uploadedPaths('load-test')) expect(existsSync(join(machine.folder, path)), path).toBe(true);
    const summary = readFileSync(join(machine.folder, 'summary.md'), 'utf8');
    expect(summary).toContain('checkout');
    expect(summary).toContain('lost == 0');
    expect(summary).toContain('`checkout` against its history');
    if (codes.get('Compare the result with its history') === 5) return;
    expect(readFileSync(join(machine.folder, 'history/history.jsonl'), 'utf8').split('\n')).toHaveLength(2);
  });

  test(
    'has a job paired-gate that compares the base with the head',
    async () => {
      const machine = await machineWith('base', 'head');
      await runJob('paired-gate', machine, (script) =>
        script.replace('--out', '--block 250ms --max-duration 50s --out'),
      );
      for (const path of uploadedPaths('paired-gate')) expect(existsSync(join(machine.folder, path)), path).toBe(true);
      expect(readFileSync(join(machine.folder, 'summary.md'), 'utf8')).not.toBe('');
    },
    PAIRED_TIMEOUT_MS,
  );
});
