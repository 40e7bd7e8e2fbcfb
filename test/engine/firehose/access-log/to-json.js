/** A Lambda handler that turns lines of an access log in the combined format into JSON. */

const LINE = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const handler = async ({ records }) => ({ records: records.map(transformed) });

function transformed({ recordId, data }) {
  const match = LINE.exec(Buffer.from(data, 'base64').toString());
  if (match === null) return { recordId, result: 'ProcessingFailed', data };
  const [, client, time, method, path, status, bytes, referrer, agent] = match;
  const json = {
    client,
    at: isoTime(time),
    method,
    path,
    status,
    bytes: bytes === '-' ? null : bytes,
    referrer,
    agent,
  };
  return { recordId, result: 'Ok', data: Buffer.from(JSON.stringify(json)).toString('base64') };
}

/** `17/May/2015:10:05:03 +0000` as `2015-05-17T10:05:03Z`; the offset of the log is always 0. */
function isoTime(text) {
  const [, day, month, year, clock] = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) \+0000$/.exec(text);
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}T${clock}Z`;
}
