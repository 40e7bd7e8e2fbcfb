import type { DeliveryRecord } from '../../engine/firehose/delivery/delivery-record.ts';

const ID_DIGITS = 56;
const PAGES = 500;
const USERS = 20_000;
const START_MS = Date.UTC(2026, 6, 13);
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36';
const RECORD_BYTES = 500;

/** Columns of the clicks, as Glue describes them. */
export const CLICK_COLUMNS = [
  ['event_id', 'bigint'],
  ['session_id', 'bigint'],
  ['at', 'timestamp'],
  ['status', 'int'],
  ['seconds', 'double'],
  ['is_member', 'boolean'],
  ['user_id', 'string'],
  ['page', 'string'],
  ['country', 'string'],
  ['agent', 'string'],
].map(([Name = '', Type = '']) => ({ Name, Type }));

/** Clicks as JSON of 500 bytes with ten members each. */
export function clickRecords(count: number): readonly DeliveryRecord[] {
  return Array.from({ length: count }, (_, i) => recordOf(i, Buffer.from(clickText(i))));
}

/** Records of one size that are no JSON. */
export function plainRecords(count: number, bytes: number): readonly DeliveryRecord[] {
  return Array.from({ length: count }, (_, i) => recordOf(i, Buffer.alloc(bytes, `record ${i} `)));
}

function recordOf(i: number, data: Uint8Array): DeliveryRecord {
  return { recordId: String(i).padStart(ID_DIGITS, '49'), data, original: data, arrivedAtMs: START_MS + i };
}

function clickText(i: number): string {
  const click = {
    event_id: i,
    session_id: (i * 7919) % 1_000_003,
    at: START_MS + i * 13,
    status: i % 50 === 0 ? 404 : 200,
    seconds: (i % 1000) / 7,
    is_member: i % 3 === 0,
    user_id: `user-${(i * 31) % USERS}`,
    page: `/products/${i % PAGES}/details?campaign=${i % 17}`,
    country: ['DE', 'IN', 'US', 'BR', 'JP'][i % 5],
    agent: AGENT,
  };
  const text = JSON.stringify(click);
  return text.replace(AGENT, AGENT + ' '.repeat(Math.max(0, RECORD_BYTES - text.length)));
}
