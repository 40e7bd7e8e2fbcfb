import { describe, expect, test } from 'vitest';
import { reportError } from '../../../runners/commands/errors.ts';
import { RUNNER_ERRORS, RunnerError } from '../../../runners/errors.ts';
import { ScenarioError } from '../../../workloads/errors.ts';

const plain = { debug: false };

describe('an error on the terminal', () => {
  test('of ours reads CODE what (where). fix', () => {
    const error = new RunnerError('RUNNER_FILE_EXISTS', { what: 'a is there', where: 'b', fix: 'Do c.' });
    expect(reportError(error, plain)).toEqual({ text: 'RUNNER_FILE_EXISTS a is there (b). Do c.', exitCode: 2 });
  });

  test('of a scenario shows all problems at once', () => {
    const problem = (path: string) => ({ code: 'MISSING' as const, path, what: 'is missing.', fix: 'Add it.' });
    const { text, exitCode } = reportError(new ScenarioError([problem('name'), problem('workloads')]), plain);
    expect(text.split('\n')).toHaveLength(3);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['TARGET_UNREACHABLE', 3],
    ['RESULT_NOT_WRITABLE', 2],
    ['THRESHOLD_NOT_UNDERSTOOD', 2],
    ['ENGINE_TERM_FULL', 1],
  ])('%s ends the command with %i', (code, exitCode) => {
    const error = Object.assign(new Error(`${code} what. Fix.`), { code });
    expect(reportError(error, plain)).toEqual({ text: `${code} what. Fix.`, exitCode });
  });

  test('that nobody foresaw is one line, and says how to see more', () => {
    const error = new TypeError('x is not a function\nsecond line');
    const { text, exitCode } = reportError(error, plain);
    expect(text).toMatch(/^INTERNAL TypeError: x is not a function\. .*STREAMGAUGE_DEBUG=1/);
    expect(text.split('\n')).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test('of the system is not taken for one of ours', () => {
    const error = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    expect(reportError(error, plain).text).toMatch(/^INTERNAL Error: ENOENT/);
  });

  test.each([['thrown text'], [undefined], [{ code: 'ENGINE_X' }]])('may be any value: %j', (value) => {
    expect(reportError(value, plain)).toMatchObject({ exitCode: 1, text: expect.stringMatching(/^INTERNAL /) });
  });

  test('shows the stack and its causes when asked', () => {
    const error = new RunnerError('RUNNER_TARGET_FAILED', { what: 'a', fix: 'b.', cause: new Error('deep down') });
    expect(reportError(error, { debug: true }).text).toMatch(/at .*caused by .*deep down/s);
  });
});

test('every code of the catalogue has a meaning and an exit code that is not success', () => {
  for (const [code, { means, exitCode }] of Object.entries(RUNNER_ERRORS)) {
    expect(code).toMatch(/^RUNNER_[A-Z_]+$/);
    expect(means).not.toBe('');
    expect(exitCode).toBeGreaterThan(0);
  }
});
