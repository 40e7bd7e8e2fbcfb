import { expect, test } from 'vitest';
import { indexNameOf } from '../../../../engine/firehose/destinations/opensearch-index.ts';

const nameAt = (rotation: Parameters<typeof indexNameOf>[1], time: string): string =>
  indexNameOf('myindex', rotation, Date.parse(time));

test.each([
  ['NoRotation', 'myindex'],
  ['OneHour', 'myindex-2016-02-25-13'],
  ['OneDay', 'myindex-2016-02-25'],
  ['OneMonth', 'myindex-2016-02'],
] as const)('names the index for the rotation %s as the developer guide does', (rotation, name) => {
  expect(nameAt(rotation, '2016-02-25T13:00:00Z')).toBe(name);
});

test.each([
  ['2016-01-01T00:00:00Z', '2016-w01'],
  ['2016-01-02T23:59:59.999Z', '2016-w01'],
  ['2016-01-03T00:00:00Z', '2016-w02'],
  ['2016-02-25T13:00:00Z', '2016-w09'],
  // 1 January 2022 is a Saturday: the week has one day in 2022, and belongs to it.
  ['2021-12-25T23:59:59Z', '2021-w52'],
  ['2021-12-26T00:00:00Z', '2022-w01'],
  ['2022-01-01T23:59:59Z', '2022-w01'],
  ['2022-01-02T00:00:00Z', '2022-w02'],
  // 1 January 2023 is a Sunday.
  ['2022-12-31T23:59:59Z', '2022-w53'],
  ['2023-01-01T00:00:00Z', '2023-w01'],
  ['2023-12-31T00:00:00Z', '2024-w01'],
  ['2024-02-29T12:00:00Z', '2024-w09'],
])('counts weeks from Sunday to Saturday, and in the year of their Saturday: %s is in %s', (time, week) => {
  expect(nameAt('OneWeek', time)).toBe(`myindex-${week}`);
});
