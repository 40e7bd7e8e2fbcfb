/*
 * The load of the benchmark k6-put-records for k6: PutRecords of distinct records, one call at a time on each connection.
 *
 *   k6 run -e ENDPOINT=http://127.0.0.1:4567 -e STREAM=orders -e VUS=4 -e SECONDS=6 k6-put-records.js
 */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const { ENDPOINT, STREAM, VUS, SECONDS } = __ENV;
const RECORDS = 500;
const KEYS = 1000;
/** A record's number is written in digits, which base64 has, so that k6 needs no encoder: 16 of them are 12 bytes. */
const NUMBER_DIGITS = 16;
/** The other 88 bytes. The bytes of all records differ in the number only, which costs k6 the least. */
const REST = `${'k6Load'.repeat(19)}k6kA==`;
const NUMBERS_OF_VU = 1e12;
const HEADERS = {
  'Content-Type': 'application/x-amz-json-1.1',
  'X-Amz-Target': 'Kinesis_20131202.PutRecords',
  'X-Amz-Date': '20261124T120000Z',
  Authorization:
    'AWS4-HMAC-SHA256 Credential=bench/20261124/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
};

export const options = {
  scenarios: { puts: { executor: 'constant-vus', exec: 'putRecords', vus: Number(VUS), duration: `${SECONDS}s` } },
  thresholds: { checks: ['rate==1'] },
};

let next = 0;

export function putRecords() {
  if (next === 0) next = exec.vu.idInTest * NUMBERS_OF_VU;
  let records = '';
  for (let i = 0; i < RECORDS; i++, next++) {
    const data = String(next).padStart(NUMBER_DIGITS, '0') + REST;
    records += `${i === 0 ? '' : ','}{"Data":"${data}","PartitionKey":"key-${next % KEYS}"}`;
  }
  const response = http.post(ENDPOINT, `{"StreamName":"${STREAM}","Records":[${records}]}`, { headers: HEADERS });
  check(response, {
    'every record is stored': ({ status, body }) => status === 200 && body.includes('"FailedRecordCount":0'),
  });
}

/** Prints nothing: the server counts the records. */
export function handleSummary() {
  return {};
}
