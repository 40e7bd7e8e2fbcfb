/** A service of AWS, as clients find it. */
export interface AwsService {
  /** Its name in errors and error codes. */
  readonly name: string;
  /** First label of the host: `kinesis` in `kinesis.us-east-1.amazonaws.com`. */
  readonly hostLabel: string;
  /** Environment variable with which the AWS SDKs set the endpoint of this service only. */
  readonly endpointVariable: string;
}

export const KINESIS: AwsService = {
  name: 'Kinesis',
  hostLabel: 'kinesis',
  endpointVariable: 'AWS_ENDPOINT_URL_KINESIS',
};

export const FIREHOSE: AwsService = {
  name: 'Firehose',
  hostLabel: 'firehose',
  endpointVariable: 'AWS_ENDPOINT_URL_FIREHOSE',
};
