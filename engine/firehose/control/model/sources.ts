import type {
  AuthenticationConfiguration,
  DatabaseColumnList,
  DatabaseList,
  DatabaseSourceAuthenticationConfiguration,
  DatabaseSourceConfiguration,
  DatabaseSourceVPCConfiguration,
  DatabaseTableList,
  DirectPutSourceConfiguration,
  KinesisStreamSourceConfiguration,
  MSKSourceConfiguration,
} from '@aws-sdk/client-firehose';
import { integer, list, oneOf, required, structure, text } from '../../../account/validation/shapes.ts';
import { filled, roleArn, secrets, withoutSpace } from './scalars.ts';
import { vpceId } from './tables.ts';

export const directPut = structure<DirectPutSourceConfiguration>({ ThroughputHintInMBs: required(integer(1, 100)) });

export const kinesisStream = structure<KinesisStreamSourceConfiguration>({
  KinesisStreamARN: required(text(1, 512, String.raw`arn:.*:kinesis:[a-zA-Z0-9\-]+:\d{12}:stream/[a-zA-Z0-9_.-]+`)),
  RoleARN: required(roleArn),
});

export const msk = structure<MSKSourceConfiguration>({
  MSKClusterARN: required(text(1, 512, 'arn:.*')),
  TopicName: required(text(1, 255, String.raw`[a-zA-Z0-9\\._\\-]+`)),
  AuthenticationConfiguration: required(
    structure<AuthenticationConfiguration>({
      RoleARN: required(roleArn),
      Connectivity: required(oneOf('PUBLIC', 'PRIVATE')),
    }),
  ),
  ReadFromTimestamp: { kind: 'Timestamp' },
});

const nameUpTo = (max: number) => text(1, max, String.raw`[\u0001-\uFFFF]*`);
const listOf = (max: number) => {
  const names = list(undefined, undefined, nameUpTo(max));
  return { Include: names, Exclude: names } as const;
};

export const database = structure<DatabaseSourceConfiguration>({
  Type: required(oneOf('MySQL', 'PostgreSQL')),
  Endpoint: required({ ...filled, max: 255 }),
  Port: required(integer(0, 65_535)),
  SSLMode: oneOf('Disabled', 'Enabled'),
  Databases: required(structure<DatabaseList>(listOf(64))),
  Tables: required(structure<DatabaseTableList>(listOf(129))),
  Columns: structure<DatabaseColumnList>(listOf(194)),
  SurrogateKeys: list(undefined, undefined, withoutSpace),
  SnapshotWatermarkTable: required(nameUpTo(129)),
  DatabaseSourceAuthenticationConfiguration: required(
    structure<DatabaseSourceAuthenticationConfiguration>({ SecretsManagerConfiguration: required(secrets) }),
  ),
  DatabaseSourceVPCConfiguration: required(
    structure<DatabaseSourceVPCConfiguration>({ VpcEndpointServiceName: required(vpceId) }),
  ),
});
