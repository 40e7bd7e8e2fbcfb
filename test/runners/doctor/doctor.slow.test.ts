import { describe, expect, test } from 'vitest';
import { examineMachine } from '../../../runners/doctor/doctor.ts';
import { type Finding, isFit } from '../../../runners/doctor/doctor-finding.ts';
import {
  judgeBusy,
  judgeCeiling,
  judgeClock,
  judgeCores,
  judgeGovernor,
  judgeLoad,
  judgeMemory,
  judgeSteal,
  judgeTimer,
} from '../../../runners/doctor/doctor-judge.ts';
import { clockStepNs, parseCpuTicks, timerLag } from '../../../runners/doctor/doctor-probe.ts';
import { renderDoctorVerdict, renderFinding } from '../../../runners/doctor/doctor-render.ts';
import { command } from '../commands/cli-command.ts';

const NAMES = [
  'cores',
  'load average',
  'CPU governor',
  'free memory',
  'other work',
  'steal time',
  'clock step',
  'timer lag',
  'own ceiling',
];

describe('the judgement of a number', () => {
  test.each<[string, Finding, Finding['status']]>([
    ['one core', judgeCores(1), 'bad'],
    ['two cores', judgeCores(2), 'warning'],
    ['four cores', judgeCores(4), 'good'],
    ['a quiet minute', judgeLoad(0.4, 4), 'good'],
    ['a busy minute only warns', judgeLoad(40, 4), 'warning'],
    ['nobody else', judgeBusy(0.01), 'good'],
    ['some others', judgeBusy(0.1), 'warning'],
    ['many others', judgeBusy(0.5), 'bad'],
    ['no /proc/stat', judgeBusy(undefined), 'unknown'],
    ['no steal', judgeSteal(0), 'good'],
    ['some steal', judgeSteal(0.02), 'warning'],
    ['much steal', judgeSteal(0.2), 'bad'],
    ['performance governor', judgeGovernor('performance'), 'good'],
    ['powersave governor', judgeGovernor('powersave'), 'warning'],
    ['no governor to read', judgeGovernor(undefined), 'unknown'],
    ['a fine clock', judgeClock(40), 'good'],
    ['a coarse clock', judgeClock(1e6), 'bad'],
    ['prompt timers', judgeTimer({ p50Ns: 60e3, p99Ns: 200e3 }), 'good'],
    ['late timers', judgeTimer({ p50Ns: 60e3, p99Ns: 2e6 }), 'warning'],
    ['very late timers', judgeTimer({ p50Ns: 60e3, p99Ns: 20e6 }), 'bad'],
    ['much memory', judgeMemory(4e9), 'good'],
    ['little memory', judgeMemory(300e6), 'warning'],
    ['no memory', judgeMemory(100e6), 'bad'],
    ['a high ceiling', judgeCeiling({ recordsPerSecond: 5e6, cached: true }), 'good'],
    ['a low ceiling', judgeCeiling({ recordsPerSecond: 5e3, cached: false }), 'bad'],
  ])('is correct for %s', (_what, finding, status) => {
    expect(finding.status).toBe(status);
    expect(finding.todo !== undefined).toBe(status === 'warning' || status === 'bad');
  });

  test('makes a machine unfit only if it is bad', () => {
    expect(isFit([judgeCores(2), judgeGovernor(undefined)])).toBe(true);
    expect(isFit([judgeCores(4), judgeClock(1e6)])).toBe(false);
  });
});

describe('reading the machine', () => {
  test('finds clock steps below a millisecond', () => {
    expect(clockStepNs()).toBeGreaterThan(0);
    expect(clockStepNs()).toBeLessThan(1e6);
  });

  test('finds a timer lag that is not negative, with p99 not below p50', () => {
    const { p50Ns, p99Ns } = timerLag();
    expect(p50Ns).toBeGreaterThanOrEqual(0);
    expect(p99Ns).toBeGreaterThanOrEqual(p50Ns);
  });

  test('does not count waiting for a disk as busy, and separates steal time', () => {
    expect(parseCpuTicks('cpu  10 1 5 100 20 1 2 7 3 0\ncpu0 1 2 3\n')).toEqual({ total: 146, busy: 19, steal: 7 });
  });

  test.each(['', 'cpu  1 2 3', 'cpu  a b c d e f g h', 'intr 5'])('returns undefined for %j', (stat) => {
    expect(parseCpuTicks(stat)).toBeUndefined();
  });

  test('reports findings one by one in the order of the steps', async () => {
    const seen: string[] = [];
    const findings = await examineMachine({
      onMeasuring: () => {},
      onFinding: ({ name }) => seen.push(name),
      measureCeiling: async () => ({ recordsPerSecond: 1e6, cached: true }),
    });
    expect(seen).toEqual(NAMES);
    expect(findings.map(({ name }) => name)).toEqual(NAMES);
  });
});

describe('the doctor on the terminal', () => {
  const style = { width: 60, colours: false };

  test('shows the meaning and the action of a finding within the width', () => {
    const text = renderFinding(judgeTimer({ p50Ns: 1e6, p99Ns: 9e6 }), style);
    expect(text).toMatch(/^✘ timer lag +p50 1\.00ms, p99 9\.00ms after a wait of 1ms$/m);
    expect(text.replace(/\s+/g, ' ')).toContain('in a container raise its CPU limit.');
    for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(60);
  });

  test('names the obstacles in the last line', () => {
    expect(renderDoctorVerdict([judgeCores(1), judgeClock(1e6)], style)).toBe('Not fit to measure: cores, clock step.');
    expect(renderDoctorVerdict([judgeCores(2)], style)).toBe('Fit to measure, but could be better: cores.');
    expect(renderDoctorVerdict([judgeCores(4)], style)).toBe('Fit to measure.');
  });

  test('lists every finding with --json, and exits with the code of the verdict', async () => {
    const { code, stdout, stderr } = await command(['doctor', '--json']);
    const report: { fit: boolean; findings: Finding[] } = JSON.parse(stdout);
    expect(report.findings.map(({ name }) => name)).toEqual(NAMES);
    expect(code).toBe(report.fit ? 0 : 5);
    expect(stderr).toBe('');
  });
});
