import type {
  DeliveryStreamStatus,
  DeliveryStreamType,
  ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose';

/** State of a delivery stream, as plain data. Times are epoch ms. */
export interface DeliveryStreamState {
  readonly name: string;
  readonly type: DeliveryStreamType;
  readonly createdAtMs: number;
  updatedAtMs: number | undefined;
  status: DeliveryStreamStatus;
  /** Rises by one with each change of the configuration, from 1. */
  version: number;
  destination: DestinationConfiguration;
}

/** The one destination of a delivery stream, with the configuration that its kind has in the SDK. */
export type DestinationConfiguration = {
  readonly kind: 's3';
  readonly configuration: ExtendedS3DestinationConfiguration;
};

/** Every delivery stream has one destination, and this id. */
export const DESTINATION_ID = 'destinationId-000000000001';
