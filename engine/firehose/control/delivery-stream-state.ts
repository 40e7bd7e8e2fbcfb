import type {
  DeliveryStreamEncryptionStatus,
  DeliveryStreamStatus,
  DirectPutSourceConfiguration,
  KeyType,
  KinesisStreamSourceConfiguration,
} from '@aws-sdk/client-firehose';
import type { DestinationConfiguration } from './destination-configuration.ts';

/** State of a delivery stream, as plain data. Times are epoch ms. */
export interface DeliveryStreamState {
  readonly name: string;
  readonly source: SourceState;
  readonly createdAtMs: number;
  updatedAtMs: number | undefined;
  status: DeliveryStreamStatus;
  /** Rises by one with each change of the configuration, from 1. */
  version: number;
  destination: DestinationConfiguration;
  encryption: EncryptionState;
  /** Values by key; null for a tag without a value. */
  tags: Readonly<Record<string, string | null>>;
}

export type SourceState =
  | { readonly kind: 'direct-put'; readonly configuration: DirectPutSourceConfiguration | undefined }
  | {
      readonly kind: 'kinesis-stream';
      readonly configuration: KinesisStreamSourceConfiguration;
      /** Time from which records are read, once the delivery stream is ACTIVE. */
      startedAtMs: number | undefined;
    };

export interface EncryptionState {
  readonly status: DeliveryStreamEncryptionStatus;
  readonly keyType?: KeyType | undefined;
  readonly keyArn?: string | undefined;
  /** Times of the changes of the last 24 hours. */
  readonly changesMs: readonly number[];
}

/** Every delivery stream has one destination, and this id. */
export const DESTINATION_ID = 'destinationId-000000000001';
