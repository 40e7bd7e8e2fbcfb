import { describe, expect, test } from 'vitest';
import { ENGINE_ERRORS } from '../../../engine/errors.ts';
import { StreamgaugeError } from '../../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, reportError } from '../../../reports/errors.ts';
import { describeError } from '../../../runners/commands/describe-error.ts';
import { ERRORS } from '../../../runners/error-catalogue.ts';
import { RUNNER_ERRORS, runnerError } from '../../../runners/errors.ts';
import { scenarioError, WORKLOAD_ERRORS } from '../../../workloads/errors.ts';

const plain = { debug: false };

describe('describeError', () => {
  test('prints a StreamgaugeError as CODE what (where). fix', () => {
    const error = runnerError('RUNNER_FILE_EXISTS', { what: 'a exists', where: 'b', fix: 'Do c.' });
    expect(describeError(error, plain)).toEqual({ text: 'RUNNER_FILE_EXISTS a exists (b). Do c.', exitCode: 2 });
  });

  test('prints all problems of a scenario at once', () => {
    const problem = (path: string) => ({ code: 'MISSING' as const, path, what: 'is missing.', fix: 'Add it.' });
    const { text, exitCode } = describeError(scenarioError([problem('name'), problem('workloads')]), plain);
    expect(text.split('\n')).toHaveLength(3);
    expect(exitCode).toBe(2);
  });

  test.each([
    [runnerError('RUNNER_TARGET_FAILED', { what: 'a' }), 3],
    [reportError('RESULT_NOT_WRITABLE', { what: 'a' }), 2],
    [runnerError('RUNNER_WORKER_FAILED', { what: 'a' }), 1],
  ])('takes the exit code of %s from the catalogue', (error, exitCode) => {
    expect(describeError(error, plain)).toEqual({ text: error.message, exitCode });
  });

  test('prints an unexpected error in one line, with the way to see its stack', () => {
    const error = new TypeError('x is not a function\nsecond line');
    const { text, exitCode } = describeError(error, plain);
    expect(text).toMatch(/^INTERNAL TypeError: x is not a function\. .*STREAMGAUGE_DEBUG=1/);
    expect(text.split('\n')).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test('reports an error of the system as a bug', () => {
    const error = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    expect(describeError(error, plain).text).toMatch(/^INTERNAL Error: ENOENT/);
  });

  test.each([['thrown text'], [undefined], [{ code: 'ENGINE_X' }]])('accepts any thrown value: %j', (value) => {
    expect(describeError(value, plain)).toMatchObject({ exitCode: 1, text: expect.stringMatching(/^INTERNAL /) });
  });

  test('adds the stack and its causes for debugging', () => {
    const error = runnerError('RUNNER_TARGET_FAILED', { what: 'a', cause: new Error('deep down') });
    expect(describeError(error, { debug: true }).text).toMatch(/at .*caused by .*deep down/s);
  });
});

describe('a StreamgaugeError', () => {
  test('ends with the hint of the catalogue if it has no fix', () => {
    expect(runnerError('RUNNER_USAGE', { what: 'a.' }).message).toBe('RUNNER_USAGE a. See --help of the command.');
  });

  test('survives a structured clone and JSON as data', () => {
    const problem = { code: 'MISSING' as const, path: 'name', what: 'is missing.', fix: 'Add it.' };
    const cause = Object.assign(new Error('deep down'), { notCloneable: () => 0 });
    for (const error of [scenarioError([problem]), reportError('RESULT_NOT_JSON', { what: 'a', where: 'b', cause })]) {
      for (const data of [structuredClone(error.toData()), JSON.parse(JSON.stringify(error.toData()))]) {
        const revived = StreamgaugeError.fromData(data);
        expect(revived).toBeInstanceOf(StreamgaugeError);
        const { message, code, exitCode, what, where, fix, problems, stack } = error;
        expect(revived).toMatchObject({ message, code, exitCode, what, fix, problems, stack });
        expect(revived.where).toBe(where);
      }
    }
  });
});

describe('the error catalogue', () => {
  test('has each code once', () => {
    const parts = [RUNNER_ERRORS, REPORT_ERRORS, WORKLOAD_ERRORS, ENGINE_ERRORS];
    expect(Object.keys(ERRORS)).toHaveLength(parts.flatMap((part) => Object.keys(part)).length);
  });

  test.each(Object.entries(ERRORS))('gives %s an exit code, and sentences for meaning and hint', (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)+$/);
    expect(entry.exitCode).toBeGreaterThan(0);
    expect(entry.meaning).toMatch(/^[A-Z].*\.$/);
    expect(entry.hint).toMatch(/^[A-Z].*\.$/);
  });
});
