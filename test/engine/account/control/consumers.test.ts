import { describe, expect, test } from 'vitest';
import { ACCOUNT_ID, ARN, type Caller, caller, refusal, SECOND_MS, START_MS } from './set-up.ts';

const register = (engine: Caller, ConsumerName: string, StreamARN = ARN) =>
  engine.call('RegisterStreamConsumer', { StreamARN, ConsumerName });
const listed = (engine: Caller) =>
  engine.call('ListStreamConsumers', { StreamARN: ARN }).Consumers?.map(({ ConsumerName }) => ConsumerName);

describe('registering', () => {
  test('creates a consumer whose ARN ends with its creation time, and which is ACTIVE after a while', () => {
    const engine = caller().withStream(1);
    const at = engine.clock.nowMs();
    const { Consumer } = register(engine, 'app');
    expect(Consumer).toEqual({
      ConsumerName: 'app',
      ConsumerARN: `${ARN}/consumer/app:${at / SECOND_MS}`,
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: new Date(at),
    });
    engine.settle();
    const { ConsumerDescription } = engine.call('DescribeStreamConsumer', { ConsumerARN: Consumer!.ConsumerARN });
    expect(ConsumerDescription).toEqual({ ...Consumer, ConsumerStatus: 'ACTIVE', StreamARN: ARN });
    expect(engine.call('DescribeStreamSummary', { StreamName: 'orders' }).StreamDescriptionSummary).toMatchObject({
      ConsumerCount: 1,
    });
  });

  test('rejects a name in use on the stream, and accepts one in use on another stream', () => {
    const engine = caller().withStream(1).withStream(1, 'other');
    register(engine, 'app');
    expect(refusal(() => register(engine, 'app'))).toBe(
      `ResourceInUseException: Consumer app under stream orders already exists for account ${ACCOUNT_ID}.`,
    );
    expect(refusal(() => register(engine, 'app', ARN.replace('orders', 'other')))).toBe('accepted');
  });

  test('accepts 20 consumers a stream, and 50 for on-demand streams under a commitment', () => {
    const fill = (engine: Caller): number => {
      let count = 0;
      while (refusal(() => register(engine, `app-${count}`)) === 'accepted') {
        count += 1;
        engine.settle();
      }
      return count;
    };
    expect(fill(caller().withStream(1))).toBe(20);
    expect(fill(caller().withStream(1).withCommitment())).toBe(20);
    expect(fill(caller().withOnDemandStream())).toBe(20);
    expect(fill(caller().withOnDemandStream().withCommitment())).toBe(50);
  });

  test('accepts five consumers of the account that are CREATING at once', () => {
    const engine = caller({ delaysMs: { creating: 0, updating: 0, deleting: 0, registering: 5000 } }).withStream(1);
    for (let i = 0; i < 5; i++) register(engine, `app-${i}`);
    engine.clock.advance(SECOND_MS);
    expect(refusal(() => register(engine, 'sixth'))).toMatch(/^LimitExceededException: .* 5 consumers in CREATING/);
    engine.settle();
    expect(refusal(() => register(engine, 'sixth'))).toBe('accepted');
  });
});

describe('deregistering', () => {
  test('leaves the consumer DELETING for a while, and a new registration has another ARN', () => {
    const engine = caller().withStream(1);
    const first = register(engine, 'app').Consumer?.ConsumerARN;
    engine.settle();
    engine.call('DeregisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'app' });
    expect(engine.call('DescribeStreamConsumer', { ConsumerARN: first }).ConsumerDescription).toMatchObject({
      ConsumerStatus: 'DELETING',
    });
    expect(refusal(() => register(engine, 'app'))).toMatch(/^ResourceInUseException/);
    engine.settle();
    expect(listed(engine)).toEqual([]);
    expect(register(engine, 'app').Consumer?.ConsumerARN).not.toBe(first);
  });

  test('accepts an ARN, or a stream and a name, or all of them if they agree', () => {
    const engine = caller().withStream(1);
    const ConsumerARN = register(engine, 'app').Consumer?.ConsumerARN;
    const ask = (input: { StreamARN?: string; ConsumerName?: string; ConsumerARN?: string | undefined }) =>
      refusal(() => engine.call('DescribeStreamConsumer', input));
    expect(ask({ StreamARN: ARN, ConsumerName: 'app', ConsumerARN })).toBe('accepted');
    expect(ask({ ConsumerName: 'app' })).toMatch(/^InvalidArgumentException/);
    expect(ask({ StreamARN: ARN })).toMatch(/^InvalidArgumentException/);
    expect(ask({ StreamARN: ARN, ConsumerName: 'b' })).toBe(
      `ResourceNotFoundException: Consumer b, account ${ACCOUNT_ID} not found.`,
    );
    expect(ask({ ConsumerName: 'b', ConsumerARN })).toMatch(/^ResourceNotFoundException/);
  });
});

test('consumers are listed in pages of at most 100, in the order of names', () => {
  const engine = caller().withStream(1);
  for (const name of ['c', 'a', 'b']) {
    register(engine, name);
    engine.settle();
  }
  const first = engine.call('ListStreamConsumers', { StreamARN: ARN, MaxResults: 2 });
  expect(first.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(['a', 'b']);
  const { NextToken } = first;
  const rest = engine.call('ListStreamConsumers', { StreamARN: ARN, NextToken });
  expect(rest.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(['c']);
  expect(rest).not.toHaveProperty('NextToken');
  const both = { StreamARN: ARN, NextToken, StreamCreationTimestamp: new Date(START_MS) };
  expect(refusal(() => engine.call('ListStreamConsumers', both))).toMatch(/^InvalidArgumentException/);
  const wrong = { StreamARN: ARN, StreamCreationTimestamp: new Date(0) };
  expect(refusal(() => engine.call('ListStreamConsumers', wrong))).toMatch(/^ResourceNotFoundException/);
});
