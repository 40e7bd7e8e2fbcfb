"""What boto3 raises: the classes of the service's model, and validation of what botocore lets through."""

import datetime

from botocore.config import Config
from reporting import SOON, kinesis, report, told

client = kinesis()
# botocore checks inputs by itself; here the server has to.
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
    "unknownStream": told(client.describe_stream, StreamName="nowhere"),
    "unknownShard": told(client.get_shard_iterator, **TRIM_HORIZON, ShardId="shardId-000000000009"),
    "streamTwice": told(client.create_stream, StreamName=NAME, ShardCount=1),
    "wrongIterator": told(client.get_records, ShardIterator="AAAA"),
    "wrongName": told(client.create_stream, StreamName="not a name", ShardCount=1),
    "wrongToken": told(client.list_shards, NextToken="x"),
    "tokenAndName": told(client.list_shards, NextToken="x", StreamName=NAME),
    "tooLarge": told(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"x" * (1024 * 1024 + 1)),
    "tooMany": told(client.put_records, StreamName=NAME, Records=[{"PartitionKey": "k", "Data": b""}] * 501),
    "hashKeyTooLarge": told(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", ExplicitHashKey=str(2**128)),
    "wrongLimit": told(
        client.get_records,
        ShardIterator=client.get_shard_iterator(**TRIM_HORIZON, ShardId=SHARD)["ShardIterator"],
        Limit=10_001,
    ),
    "noStream": told(client.describe_stream),
    "dryRun": told(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", DryRun=True),
    "shardsNotAdjacent": told(client.merge_shards, StreamName=NAME, ShardToMerge=SHARD, AdjacentShardToMerge=SHARD),
    "tooNewTime": told(iterator, ShardIteratorType="AT_TIMESTAMP", Timestamp=datetime.datetime(2099, 1, 1)),
    "noTime": told(iterator, ShardIteratorType="AT_TIMESTAMP"),
    "noNumber": told(iterator, ShardIteratorType="AFTER_SEQUENCE_NUMBER"),
    "numberToo": told(iterator, ShardIteratorType="LATEST", StartingSequenceNumber=put["SequenceNumber"]),
    "numberOfAnotherShard": told(
        iterator, ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=put["SequenceNumber"]
    ),
    "wrongNumberForOrdering": told(
        client.put_record, StreamName=NAME, PartitionKey="k", Data=b"", SequenceNumberForOrdering="1"
    ),
    "tooManyShards": told(
        client.update_shard_count, StreamName=NAME, TargetShardCount=5, ScalingType="UNIFORM_SCALING"
    ),
    "wrongType": told(unchecked.put_record, StreamName=7, PartitionKey="k", Data=b""),
    "missingMember": told(unchecked.put_records, StreamName=NAME),
    # botocore's paginator sends the name along with the token, which the service refuses (botocore issue 2009).
    "listShardsPages": told(list_shards_by_pages),
    "unknownOperation": told(client.list_queues),
}

caught = None
try:
    client.put_record(StreamName="nowhere", PartitionKey="k", Data=b"")
except client.exceptions.ResourceNotFoundException as error:
    caught = error.response["Error"]

report(raised=raised, caught=caught)
