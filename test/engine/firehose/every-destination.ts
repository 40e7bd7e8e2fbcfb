import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateDeliveryStreamInput } from '@aws-sdk/client-firehose';
// The engine loads it for the first COPY. A virtual clock would pass the retry duration meanwhile.
import 'pg';
import { sendItems, startBulk } from './destinations/bulk-fake.ts';
import { acknowledge, startEndpoint } from './destinations/endpoint-fake.ts';
import { LOGIN, startRedshift } from './destinations/redshift-fake.ts';
import { startSplunk, TOKEN } from './destinations/splunk-fake.ts';
import { sendJson } from './destinations/test-server.ts';
import { BUCKET, ROLE } from './set-up.ts';

/** A destination that can be down, and the configuration that delivers to it. */
export interface Place {
  readonly input: (options: PlaceOptions) => Partial<CreateDeliveryStreamInput>;
  isDown: boolean;
  /** The texts of the records that it accepted, in the order of their arrival. */
  readonly records: () => readonly string[];
  /** Requests or statements so far. */
  readonly tries: () => number;
  close(): Promise<void>;
}

export interface PlaceOptions {
  readonly retrySeconds?: number;
}

export const ACCESS_KEY = 'the-access-key';
const PASSWORD = 'the-password';
const RECORD = /\{"n":\d+\}/g;

const S3Configuration = { RoleARN: ROLE, BucketARN: BUCKET };
const BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 5 };

const retries = ({ retrySeconds }: PlaceOptions) =>
  retrySeconds === undefined ? {} : { RetryOptions: { DurationInSeconds: retrySeconds } };

async function httpEndpoint(): Promise<Place> {
  const records: string[] = [];
  const endpoint = await startEndpoint((body, response, request) => {
    const { requestId } = body;
    if (place.isDown) return sendJson(response, 503, { requestId, timestamp: 1, errorMessage: 'down' });
    if (request.headers['x-amz-firehose-access-key'] !== ACCESS_KEY)
      return sendJson(response, 401, { requestId, timestamp: 1 });
    records.push(...body.records.map(({ data }) => Buffer.from(data, 'base64').toString()));
    acknowledge(body, response, request);
  });
  const place: Place = {
    isDown: false,
    input: (options) => ({
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url: `${endpoint.url}/in`, AccessKey: ACCESS_KEY },
        RequestConfiguration: {
          ContentEncoding: 'GZIP',
          CommonAttributes: [{ AttributeName: 'stage', AttributeValue: 'test' }],
        },
        RoleARN: ROLE,
        S3Configuration,
        BufferingHints,
        ...retries(options),
      },
    }),
    records: () => records,
    tries: () => endpoint.received.length,
    close: () => endpoint.close(),
  };
  return place;
}

async function openSearch(): Promise<Place> {
  const records: string[] = [];
  const cluster = await startBulk((lines, response) => {
    if (place.isDown) return sendJson(response, 503, { error: 'down' });
    records.push(...lines.map(({ source }) => source));
    sendItems(
      response,
      lines.map(() => ({ status: 201 })),
    );
  });
  const place: Place = {
    isDown: false,
    input: (options) => ({
      AmazonopensearchserviceDestinationConfiguration: {
        ClusterEndpoint: cluster.url,
        IndexName: 'logs',
        RoleARN: ROLE,
        S3Configuration,
        BufferingHints,
        ...retries(options),
      },
    }),
    records: () => records,
    tries: () => cluster.received.length,
    close: () => cluster.close(),
  };
  return place;
}

async function splunk(): Promise<Place> {
  const collector = await startSplunk({
    intercept: ({ socket }) => {
      if (!place.isDown) return undefined;
      socket.resetAndDestroy();
      return true;
    },
  });
  const place: Place = {
    isDown: false,
    input: (options) => ({
      SplunkDestinationConfiguration: {
        HECEndpoint: collector.url,
        HECEndpointType: 'Raw',
        HECToken: TOKEN,
        S3Configuration,
        BufferingHints,
        ...retries(options),
      },
    }),
    records: () => collector.accepted.flatMap((text) => text.match(RECORD) ?? []),
    tries: () => collector.received.length,
    close: () => collector.close(),
  };
  return place;
}

/** @param folder where the engine stores objects. */
async function redshift(folder: string): Promise<Place> {
  const records: string[] = [];
  const cluster = await startRedshift({
    password: PASSWORD,
    objectAt: (path) => readFileSync(join(folder, path)),
    load: async (_, objects) => {
      records.push(...(Buffer.concat(objects).toString().match(RECORD) ?? []));
      return undefined;
    },
    intercept: () => (place.isDown ? { code: '25006', message: 'The cluster is in resize mode.' } : undefined),
  });
  const place: Place = {
    isDown: false,
    input: (options) => ({
      RedshiftDestinationConfiguration: {
        RoleARN: ROLE,
        ClusterJDBCURL: `jdbc:redshift://127.0.0.1:${cluster.port}/${LOGIN.database}`,
        CopyCommand: { DataTableName: 'events', CopyOptions: "GZIP JSON 'auto'" },
        Username: LOGIN.user,
        Password: PASSWORD,
        S3Configuration: { ...S3Configuration, BufferingHints, CompressionFormat: 'GZIP' },
        ...retries(options),
      },
    }),
    records: () => records,
    tries: () => cluster.statements.length,
    close: () => cluster.close(),
  };
  return place;
}

export const PLACES = [
  ['an HTTP endpoint', httpEndpoint],
  ['OpenSearch', openSearch],
  ['Splunk', splunk],
  ['Redshift', redshift],
] as const;
