"""The errors that boto3 raises: the classes of the service's model, and validation that botocore leaves to the service."""

import datetime

from botocore.config import Config
from reporting import SOON, error_of, kinesis, report

client = kinesis()
# botocore checks inputs before it sends them. This client does not, so that the server checks them.
unchecked = kinesis(config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
NAME = "errors"
client.create_stream(StreamName=NAME, ShardCount=2)
client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig=SOON)
ARN = client.describe_stream_summary(StreamName=NAME)["StreamDescriptionSummary"]["StreamARN"]
SHARD = "shardId-000000000000"
TRIM_HORIZON = {"StreamName": NAME, "ShardIteratorType": "TRIM_HORIZON"}

put = client.put_record(StreamName=NAME, PartitionKey="k", Data=b"", ExplicitHashKey=str(2**128 - 1))


def iterator(**arguments):
    return client.get_shard_iterator(StreamName=NAME, ShardId=SHARD, **arguments)


def list_shards_by_pages():
    return list(client.get_paginator("list_shards").paginate(StreamName=NAME, PaginationConfig={"PageSize": 1}))


raised = {
    "unknownStream": error_of(client.describe_stream, StreamName="nowhere"),
    "unknownShard": error_of(client.get_shard_iterator, **TRIM_HORIZON, ShardId="shardId-000000000009"),
    "streamTwice": error_of(client.create_stream, StreamName=NAME, ShardCount=1),
    "wrongIterator": error_of(client.get_records, ShardIterator="AAAA"),
    "wrongName": error_of(client.create_stream, StreamName="not a name", ShardCount=1),
    "wrongToken": error_of(client.list_shards, NextToken="x"),
    "tokenAndName": error_of(client.list_shards, NextToken="x", StreamName=NAME),
    "tooLarge": error_of(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"x" * (1024 * 1024 + 1)),
    "tooMany": error_of(client.put_records, StreamName=NAME, Records=[{"PartitionKey": "k", "Data": b""}] * 501),
    "hashKeyTooLarge": error_of(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", ExplicitHashKey=str(2**128)),
    "wrongLimit": error_of(
        client.get_records,
        ShardIterator=client.get_shard_iterator(**TRIM_HORIZON, ShardId=SHARD)["ShardIterator"],
        Limit=10_001,
    ),
    "noStream": error_of(client.describe_stream),
    "dryRun": error_of(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", DryRun=True),
    "shardsNotAdjacent": error_of(client.merge_shards, StreamName=NAME, ShardToMerge=SHARD, AdjacentShardToMerge=SHARD),
    "tooNewTime": error_of(iterator, ShardIteratorType="AT_TIMESTAMP", Timestamp=datetime.datetime(2099, 1, 1)),
    "noTime": error_of(iterator, ShardIteratorType="AT_TIMESTAMP"),
    "noNumber": error_of(iterator, ShardIteratorType="AFTER_SEQUENCE_NUMBER"),
    "numberToo": error_of(iterator, ShardIteratorType="LATEST", StartingSequenceNumber=put["SequenceNumber"]),
    "numberOfAnotherShard": error_of(
        iterator, ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=put["SequenceNumber"]
    ),
    "wrongNumberForOrdering": error_of(
        client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", SequenceNumberForOrdering="1"
    ),
    "tooManyShards": error_of(
        client.update_shard_count, StreamName=NAME, TargetShardCount=5, ScalingType="UNIFORM_SCALING"
    ),
    "wrongType": error_of(unchecked.put_record, StreamName=7, PartitionKey="k", Data=b""),
    "missingMember": error_of(unchecked.put_records, StreamName=NAME),
    # The paginator of botocore sends the name with the token, which the service rejects (botocore issue 2009).
    "listShardsPages": error_of(list_shards_by_pages),
    "unknownOperation": error_of(client.list_queues),
}

caught = None
try:
    client.put_record(StreamName="nowhere", PartitionKey="k", Data=b"")
except client.exceptions.ResourceNotFoundException as error:
    caught = error.response["Error"]

report(raised=raised, caught=caught)
