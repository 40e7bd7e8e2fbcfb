"""Puts of one record and of many, and reads from all five kinds of position."""

import datetime

from reporting import kinesis, report, without_metadata

client = kinesis()
NAME = "records"
client.create_stream(StreamName=NAME, ShardCount=1)
client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig={"Delay": 0.05})

BYTES = [b"", b"plain", bytes(range(256)), "snow ☃".encode(), b"\x00" * 1000]
one = client.put_record(StreamName=NAME, PartitionKey="clé-🔑", Data=BYTES[0], ExplicitHashKey="0")
many = client.put_records(
    StreamName=NAME,
    Records=[{"PartitionKey": f"key {n}", "Data": data} for n, data in enumerate(BYTES[1:])],
)
shard = one["ShardId"]


def iterator(kind, **more):
    return client.get_shard_iterator(StreamName=NAME, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def read(kind, **more):
    return client.get_records(ShardIterator=iterator(kind, **more))


latest = iterator("LATEST")
whole = read("TRIM_HORIZON")
third = whole["Records"][2]
late = client.put_record(StreamName=NAME, PartitionKey="late", Data=b"late", SequenceNumberForOrdering=one["SequenceNumber"])

limited = client.get_records(ShardIterator=iterator("TRIM_HORIZON"), Limit=2)
rest = client.get_records(ShardIterator=limited["NextShardIterator"])
long_ago = datetime.datetime(2015, 9, 2, tzinfo=datetime.timezone.utc)


def keys(got):
    return [record["PartitionKey"] for record in got["Records"]]


report(
    put=BYTES,
    one=without_metadata(one),
    many=without_metadata(many),
    late=without_metadata(late),
    whole=without_metadata(whole),
    latest=keys(client.get_records(ShardIterator=latest)),
    at=keys(read("AT_SEQUENCE_NUMBER", StartingSequenceNumber=third["SequenceNumber"])),
    after=keys(read("AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=third["SequenceNumber"])),
    sinceLongAgo=keys(read("AT_TIMESTAMP", Timestamp=long_ago)),
    sinceThird=keys(read("AT_TIMESTAMP", Timestamp=third["ApproximateArrivalTimestamp"])),
    limited=keys(limited),
    rest=keys(rest),
    now=datetime.datetime.now().timestamp(),
)
