/** Handlers as people write them for Lambda, good ones and bad ones. */

const decoded = ({ data }) => Buffer.from(data, 'base64').toString();
const encoded = (text) => Buffer.from(text).toString('base64');
const ok = (record, text) => ({ recordId: record.recordId, result: 'Ok', data: encoded(text) });

/** Returns texts in upper case. */
export const handler = async ({ records }) => ({
  records: records.map((record) => ok(record, decoded(record).toUpperCase())),
});

/** Returns for each record what its text names. */
export const byText = ({ records }) => ({
  records: records.map((record) => {
    const text = decoded(record);
    const { recordId, data } = record;
    switch (text) {
      case 'drop':
        return { recordId, result: 'Dropped', data };
      case 'drop without data':
        return { recordId, result: 'Dropped' };
      case 'fail':
        return { recordId, result: 'ProcessingFailed', data };
      case 'no data':
        return { recordId, result: 'Ok' };
      case 'bad base64':
        return { recordId, result: 'Ok', data: 'a$b=' };
      case 'number as data':
        return { recordId, result: 'Ok', data: 1 };
      case 'wrong result':
        return { recordId, result: 'ok', data };
      case 'no result':
        return { recordId, data };
      case 'empty':
        return { recordId, result: 'Ok', data: '' };
      case 'keys':
        return { ...ok(record, text), metadata: { partitionKeys: { customer: '42', number: 7, none: null } } };
      default:
        return ok(record, text);
    }
  }),
});

export const seen = (event, context) => {
  const text = JSON.stringify({ ...event, records: event.records.map(({ data, ...rest }) => rest), context });
  return { records: event.records.map((record) => ok(record, text)) };
};

export const counted = ({ records }) => ({ records: records.map((record) => ok(record, String(records.length))) });
export const reversed = ({ records }) => ({ records: records.map((record) => ok(record, decoded(record))).reverse() });
export const missing = ({ records }) => ({ records: records.slice(1).map((record) => ok(record, 'x')) });
export const doubled = ({ records }) => ({ records: [...records, records[0]].map((record) => ok(record, 'x')) });
export const foreign = ({ records }) => ({
  records: [...records, { recordId: 'other' }].map((record) => ok(record, 'x')),
});
export const replaced = ({ records }) => ({
  records: records.map((record) => ok({ ...record, recordId: 'other' }, 'x')),
});
export const large = ({ records }) => ({ records: records.map((record) => ok(record, 'x'.repeat(5 * 1024 * 1024))) });
export const nothing = () => undefined;
export const noRecords = () => ({ record: [] });
export const noObjects = () => ({ records: ['Ok'] });

export const throws = () => {
  throw new TypeError('boom');
};
export const rejects = () => Promise.reject(new Error('later boom'));
export const exits = () => process.exit(3);
export const never = () => new Promise(() => {});
export const loops = () => {
  for (;;);
};

let calls = 0;
/** Fails the first two calls. */
export const third = (event) => {
  calls += 1;
  if (calls < 3) throw new Error(`call ${calls}`);
  return handler(event);
};

const FAILING = {
  throws,
  rejects,
  exits,
  never,
  loops,
  missing,
  replaced,
  foreign,
  doubled,
  large,
  nothing,
  noRecords,
};
/** Fails as the text of the first record names. Otherwise returns texts in upper case. */
export const failing = (event) => (FAILING[decoded(event.records[0])] ?? handler)(event);
