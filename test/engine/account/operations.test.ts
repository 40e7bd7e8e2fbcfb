import { readFileSync } from 'node:fs';
import * as sdk from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { CALL_RATES } from '../../../engine/account/control/call-rates.ts';
import { OPERATIONS } from '../../../engine/account/operations.ts';
import { INPUTS } from '../../../engine/account/validation-inputs.ts';

/** What the installed SDK can send. */
const SDK_OPERATIONS = Object.keys(sdk)
  .filter((name) => /^[A-Z]\w*Command$/.test(name))
  .map((name) => name.slice(0, -'Command'.length))
  .sort();

test('every operation of the SDK is there; SubscribeToShard goes another way', () => {
  expect(SDK_OPERATIONS).toHaveLength(45);
  expect([...Object.keys(OPERATIONS), 'SubscribeToShard'].sort()).toEqual(SDK_OPERATIONS);
});

test('every operation of the SDK has its input checked', () => {
  expect([...INPUTS.keys()].sort()).toEqual(SDK_OPERATIONS);
});

test('rates are those of operations of the control plane', () => {
  const dataPlane = ['GetRecords', 'GetShardIterator', 'PutRecord', 'PutRecords', 'SubscribeToShard'];
  const rated = Object.keys(CALL_RATES);
  expect(rated.filter((name) => dataPlane.includes(name) || !SDK_OPERATIONS.includes(name))).toEqual([]);
});

test('the table of operations has each of them once, in order, and says what is missing', () => {
  const rows = [...readFileSync('engine/account/OPERATIONS.md', 'utf8').matchAll(/^\| ([A-Z]\w+) \| (.+) \|$/gm)];
  expect(rows.map(([, name]) => name)).toEqual(SDK_OPERATIONS);
  expect(rows.filter(([, , state = '']) => !/^(?:complete|(?:partial|answers only): \S.*)$/.test(state))).toEqual([]);
});
