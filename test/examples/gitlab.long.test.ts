import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program } from '../runners/commands/cli-command.ts';
import { type CiMachine, ciMachine, EXAMPLES } from './ci-job.ts';

interface Job {
  readonly stage: string;
  readonly needs?: readonly string[];
  readonly rules: readonly { readonly if: string }[];
  readonly script: readonly string[];
  readonly variables?: Readonly<Record<string, string | number>>;
  readonly cache?: { readonly key: string; readonly paths: readonly string[]; readonly when: string };
  readonly allow_failure?: { readonly exit_codes: readonly number[] };
  readonly artifacts?: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports?: { readonly junit: string };
  };
}

type Variable = string | { readonly value: string; readonly expand: boolean };

/** Words of the file that are no jobs. */
const GLOBAL = ['image', 'stages', 'variables'];
/** https://docs.gitlab.com/ci/yaml/, as far as the file uses it; there is no package that carries GitLab's schema. */
const JOB_WORDS = [
  'stage',
  'needs',
  'rules',
  'timeout',
  'variables',
  'resource_group',
  'cache',
  'script',
  'allow_failure',
  'artifacts',
];

const FILE: Readonly<Record<string, unknown>> = parse(readFileSync(join(EXAMPLES, 'gitlab/.gitlab-ci.yml'), 'utf8'));
const STAGES = FILE.stages as readonly string[];
const VARIABLES = FILE.variables as Readonly<Record<string, Variable>>;
const JOBS = Object.fromEntries(Object.entries(FILE).filter(([name]) => !GLOBAL.includes(name))) as Record<string, Job>;

/** The shortest time in which a gate can come to a verdict on a service that starts again for every block, with a margin. */
const PAIRED_TIMEOUT_MS = 300_000;

const machines: CiMachine[] = [];
afterAll(() => {
  for (const machine of machines) machine.close();
});

async function machineWith(...checkouts: string[]): Promise<CiMachine> {
  const machine = await ciMachine(checkouts);
  machines.push(machine);
  return machine;
}

/** All lines of a job in one shell, as a runner does it. */
async function runJob(name: string, machine: CiMachine, more: Record<string, string> = {}, change = (s: string) => s) {
  const values = Object.entries({ ...VARIABLES, ...JOBS[name]!.variables }).map(([key, variable]) => [
    key,
    typeof variable === 'object' ? variable.value : String(variable),
  ]);
  const env: Record<string, string> = { ...Object.fromEntries(values), GITLAB_CI: 'true', ...more };
  return machine.step(change(JOBS[name]!.script.join('\n')), { env });
}

describe('the GitLab job file', () => {
  test('has three jobs of known words, each in a declared stage', () => {
    expect(Object.keys(JOBS)).toEqual(['load-test', 'history-gate', 'paired-gate']);
    for (const job of Object.values(JOBS)) {
      expect(JOB_WORDS).toEqual(expect.arrayContaining(Object.keys(job)));
      expect(STAGES).toContain(job.stage);
      for (const need of job.needs ?? []) expect(JOBS).toHaveProperty(need);
      expect(job.script.every((line) => typeof line === 'string')).toBe(true);
      expect(job.rules.every((rule) => typeof rule.if === 'string')).toBe(true);
    }
  });

  test('lets only an inconclusive gate pass with a warning', () => {
    expect(JOBS['load-test']!.allow_failure).toBeUndefined();
    for (const name of ['history-gate', 'paired-gate']) expect(JOBS[name]!.allow_failure).toEqual({ exit_codes: [6] });
  });

  test('leaves $PORT for the shell that starts the service to expand', () => {
    const service = VARIABLES.SERVICE as { value: string; expand: boolean };
    expect(service).toMatchObject({ expand: false });
    expect(service.value).toContain('$PORT');
  });

  test('has a job load-test that writes its artifacts, and history-gate starts the cached history', async () => {
    const machine = await machineWith('');
    const measured = await runJob('load-test', machine);
    // 4 and 5 are verdicts about a machine that may be busy; everything else is a fault of the example.
    expect([0, 4, 5], measured.stdout + measured.stderr).toContain(measured.code);
    const { artifacts } = JOBS['load-test']!;
    for (const path of [...artifacts!.paths, artifacts!.reports!.junit])
      expect(existsSync(join(machine.folder, path)), path).toBe(true);
    const gate = await runJob('history-gate', machine);
    expect([5, 6], gate.stdout + gate.stderr).toContain(gate.code);
    expect(existsSync(join(machine.folder, JOBS['history-gate']!.artifacts!.paths[0]!))).toBe(true);
    if (gate.code === 6) expect(existsSync(join(machine.folder, JOBS['history-gate']!.cache!.paths[0]!))).toBe(true);
  });

  test(
    'has a job paired-gate that compares the base with the head',
    async () => {
      const machine = await machineWith('');
      const git = (...args: string[]) => program('git', args, { cwd: machine.folder });
      await git('init', '--quiet');
      await git('add', 'checkout.yaml');
      await git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'base');
      const base = (await git('rev-parse', 'HEAD')).stdout.trim();
      const { code, stdout, stderr } = await runJob(
        'paired-gate',
        machine,
        { CI_MERGE_REQUEST_DIFF_BASE_SHA: base },
        (script) => script.replace('--out', '--block 250ms --max-duration 50s --out'),
      );
      expect([0, 4, 5, 6], stdout + stderr).toContain(code);
      for (const path of JOBS['paired-gate']!.artifacts!.paths)
        expect(existsSync(join(machine.folder, path)), path).toBe(true);
    },
    PAIRED_TIMEOUT_MS,
  );
});
