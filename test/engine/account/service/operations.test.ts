import * as sdk from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { CALL_RATES } from '../../../../engine/account/control/call-rates.ts';
import { OPERATION_SUPPORT } from '../../../../engine/account/service/operation-support.ts';
import { OPERATIONS } from '../../../../engine/account/service/operations.ts';
import { INPUTS } from '../../../../engine/account/validation/inputs.ts';

/** Operations that the installed SDK can send. */
const SDK_OPERATIONS = Object.keys(sdk)
  .filter((name) => /^[A-Z]\w*Command$/.test(name))
  .map((name) => name.slice(0, -'Command'.length))
  .sort();

test('every operation of the SDK exists, except SubscribeToShard, which is separate', () => {
  expect(SDK_OPERATIONS).toHaveLength(45);
  expect([...Object.keys(OPERATIONS), 'SubscribeToShard'].sort()).toEqual(SDK_OPERATIONS);
});

test('every operation of the SDK has its input checked', () => {
  expect([...INPUTS.keys()].sort()).toEqual(SDK_OPERATIONS);
});

test('only operations of the control plane have rates', () => {
  const dataPlane = ['GetRecords', 'GetShardIterator', 'PutRecord', 'PutRecords', 'SubscribeToShard'];
  const rated = Object.keys(CALL_RATES);
  expect(rated.filter((name) => dataPlane.includes(name) || !SDK_OPERATIONS.includes(name))).toEqual([]);
});

test('the table of supported operations lists every operation of the SDK, in order', () => {
  expect(Object.keys(OPERATION_SUPPORT)).toEqual(SDK_OPERATIONS);
});
