import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../runners/run/environment.ts';
import { emptyFolder, program } from '../commands/cli-command.ts';

const MODULE = resolve('runners/run/environment.ts');
const SCRIPT = `const { readEnvironment } = await import(${JSON.stringify(MODULE)});
process.stdout.write(JSON.stringify(await readEnvironment()));`;

async function environmentIn(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const { stdout } = await program(process.execPath, ['--input-type=module', '--eval', SCRIPT], { cwd, env });
  return JSON.parse(stdout);
}

describe('the environment of a run', () => {
  test('names the machine, Node, and the packages that change results', async () => {
    const environment = await readEnvironment();
    const manifest: { version: string; dependencies: Record<string, string> } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    expect(environment.cores).toBeGreaterThanOrEqual(1);
    expect(environment.memoryBytes).toBeGreaterThan(1e6);
    expect(environment.memoryBytes).toBeLessThanOrEqual(os.totalmem());
    expect(environment.nodeVersion).toBe(process.versions.node);
    expect(environment.packages).toEqual({
      streamgauge: manifest.version,
      piscina: manifest.dependencies.piscina,
    });
  });

  test('contains nothing that identifies the owner of the machine', async () => {
    const text = JSON.stringify(await environmentIn(emptyFolder(), { SECRET_TOKEN: 'hunter2hunter2' }));
    for (const secret of [os.hostname(), os.homedir(), os.tmpdir(), 'hunter2hunter2', process.cwd()]) {
      expect(text).not.toContain(secret);
    }
  });

  test('contains the commit of the folder in which the command was started', async () => {
    const folder = emptyFolder();
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'first');
    expect(await environmentIn(folder)).toHaveProperty('gitCommit', git('rev-parse', 'HEAD'));
  });

  test('omits the commit outside of a repository, in one without commits, and without git', async () => {
    const folder = emptyFolder();
    expect(await environmentIn(folder)).not.toHaveProperty('gitCommit');
    execFileSync('git', ['init', '--quiet', join(folder, 'new')]);
    expect(await environmentIn(join(folder, 'new'))).not.toHaveProperty('gitCommit');
    expect(await environmentIn(process.cwd(), { PATH: folder })).not.toHaveProperty('gitCommit');
  });
});
