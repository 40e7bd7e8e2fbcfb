import { expect, test } from 'vitest';
import { defectReport } from '../../../runners/commands/defect-report.ts';

const reporting = () => {
  const written: string[] = [];
  return { written, report: defectReport((text) => written.push(text), { debug: false }) };
};

test('reports a defect once, with its operation and the next step', () => {
  const { written, report } = reporting();
  for (let i = 0; i < 3; i++) report(new TypeError('x is not a function'), 'PutRecord');
  report(new TypeError('x is not a function'), 'GetRecords');
  const rest =
    'INTERNAL TypeError: x is not a function. Set STREAMGAUGE_DEBUG=1 to see the stack trace, and please report this bug.\n';
  expect(written).toEqual([`PutRecord: ${rest}`, `GetRecords: ${rest}`]);
});

test('reports at most 100 different defects', () => {
  const { written, report } = reporting();
  for (let i = 0; i < 1000; i++) report(new Error(`fault ${i}`), 'PutRecord');
  expect(written).toHaveLength(100);
});
