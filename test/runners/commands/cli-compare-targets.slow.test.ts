import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SideBySide } from '../../../reports/side-by-side/side-by-side.ts';
import { serve } from '../../clients/served.ts';
import { command, ENTRY, emptyFolder, plainEnvironment } from './cli-command.ts';

const cwd = emptyFolder();
writeFileSync(
  join(cwd, 'orders.yaml'),
  `name: orders
workloads:
  - name: orders
    phases:
      - { name: warm-up, duration: 500ms, rate: 100/s, recorded: false }
      - { name: steady, duration: 2s, rate: 100/s }
    keys: { uniform: true, count: 100 }
    payload: { size: 300B }
consumers: [{ name: billing, kind: fan-out }]
`,
);
writeFileSync(join(cwd, 'engine.yaml'), 'kind: engine\nlimits: aws\nprofile: aws-documented\n');
writeFileSync(join(cwd, 'noop.yaml'), 'kind: noop\ndelay: 5ms\n');
const compare = (...args: readonly string[]) => command(['compare', 'orders.yaml', '--no-live', ...args], { cwd });
const json = (text: string): SideBySide => JSON.parse(text);

describe('compare --targets', () => {
  test('runs one scenario on the engine, on nothing and on a served stream, and makes the comparison again', async () => {
    const served = await serve([]);
    try {
      const stream = `serve={ kind: kinesis, stream: orders, endpoint: "${served.url}", create: { shards: 2 } }`;
      const args = ['--targets', 'engine.yaml', 'noop.yaml', stream, '--rounds', '2', '--out', 'out'];
      const { code, stdout, stderr } = await compare(...args, '--json');
      const { rounds, sides, base, unfair } = json(stdout);
      // A busy machine makes rounds invalid: they are named, and a target without a valid one ends with 5.
      const isComplete = sides.every(({ validRounds }) => validRounds > 0);
      expect({ code, stderr }).toEqual({ code: isComplete ? 0 : 5, stderr: '' });
      expect(rounds.map(({ side }) => side).join(' ')).toBe('engine noop serve serve noop engine');
      expect(sides.map(({ facts }) => facts?.place)).toEqual(['process', 'process', 'machine']);
      expect(sides.map(({ cost }) => cost === null)).toEqual([false, true, false]);
      if (base !== null) expect(unfair.map(({ topic }) => topic)).toContain('durability');
      const again = await command(['compare', 'out', '--json'], { cwd });
      expect(json(again.stdout)).toEqual(json(stdout));
      expect(readdirSync(join(cwd, 'out')).filter((name) => name.startsWith('side-by-side'))).toHaveLength(3);
    } finally {
      await served.end();
    }
  });

  test('names every target that cannot be reached, before it measures anything', async () => {
    const gone = (port: number) => `gone${port}={ kind: kinesis, stream: x, endpoint: "http://127.0.0.1:${port}" }`;
    const { code, stdout, stderr } = await compare('--targets', 'noop.yaml', gone(1), gone(2), '--out', 'gone');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/2 of 3 targets cannot be used[\s\S]*gone1[\s\S]*gone2/u);
    expect(existsSync(join(cwd, 'gone', 'side-by-side.json'))).toBe(false);
  });

  test('saves the finished rounds when it is interrupted in one', async () => {
    const args = [ENTRY, 'compare', 'orders.yaml', '--targets', 'engine.yaml', 'noop.yaml', '--out', 'cut'];
    const child = spawn(process.execPath, args, { cwd, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!stderr.includes('round 2') && (stderr + text).includes('round 2')) child.kill('SIGINT');
      stderr += text;
    });
    const code = await new Promise((done) => child.on('close', done));
    expect(code).toBe(130);
    expect(stdout).toContain('The comparison was interrupted: it covers the rounds until then.');
    const saved: SideBySide = JSON.parse(readFileSync(join(cwd, 'cut', 'side-by-side.json'), 'utf8'));
    expect(saved.ending).toBe('interrupted');
    expect(saved.rounds.length).toBeGreaterThanOrEqual(3);
    expect(saved.rounds.length).toBeLessThan(8);
    const again = await command(['compare', 'cut'], { cwd });
    expect(again.stdout).toBe(stdout);
  });
});
