/** A service of AWS, as clients find it. */
export interface AwsService {
  /** Its name in errors and error codes. */
  readonly name: string;
  /** First label of the host: `kinesis` in `kinesis.us-east-1.amazonaws.com`. */
  readonly hostLabel: string;
  /** Environment variable with which the AWS SDKs set the endpoint of this service only. */
  readonly endpointVariable: string;
  /** Its responses are JSON or CBOR, which sets them apart from pages of proxies. */
  readonly isJson: boolean;
}

export const KINESIS: AwsService = {
  name: 'Kinesis',
  hostLabel: 'kinesis',
  endpointVariable: 'AWS_ENDPOINT_URL_KINESIS',
  isJson: true,
};

export const FIREHOSE: AwsService = {
  name: 'Firehose',
  hostLabel: 'firehose',
  endpointVariable: 'AWS_ENDPOINT_URL_FIREHOSE',
  isJson: true,
};

export const S3: AwsService = {
  name: 'S3',
  hostLabel: 's3',
  endpointVariable: 'AWS_ENDPOINT_URL_S3',
  isJson: false,
};
