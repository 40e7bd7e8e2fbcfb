"""Splits, merges and scales a stream while it is written, and reads it shard by shard like KCL: parents first."""

import datetime

from reporting import SOON, kinesis, read_shard, report

client = kinesis()
NAME = "resharding"
KEYS = [f"key-{n}" for n in range(20)]
client.create_stream(StreamName=NAME, ShardCount=2)


def settle():
    client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig=SOON)


def shards(**shard_filter):
    more = {"ShardFilter": shard_filter} if shard_filter else {}
    return client.list_shards(StreamName=NAME, **more)["Shards"]


def ids(listed):
    return [shard["ShardId"] for shard in listed]


put = []


def put_round(number):
    """Puts one record of each key. Its text is its key and its round."""
    records = [{"PartitionKey": key, "Data": f"{key} {number}".encode()} for key in KEYS]
    response = client.put_records(StreamName=NAME, Records=records)
    assert response["FailedRecordCount"] == 0
    put.extend(record["Data"].decode() for record in records)


def middle(shard):
    hashes = shard["HashKeyRange"]
    return str((int(hashes["StartingHashKey"]) + int(hashes["EndingHashKey"]) + 1) // 2)


settle()
put_round(0)
first = shards()[0]
client.split_shard(StreamName=NAME, ShardToSplit=first["ShardId"], NewStartingHashKey=middle(first))
while_updating = client.describe_stream_summary(StreamName=NAME)["StreamDescriptionSummary"]["StreamStatus"]
put_round(1)
settle()
after_split = shards()
between = datetime.datetime.now(datetime.timezone.utc)
put_round(2)
client.merge_shards(StreamName=NAME, ShardToMerge="shardId-000000000003", AdjacentShardToMerge="shardId-000000000001")
put_round(3)
settle()
after_merge = shards()
put_round(4)
scaled = client.update_shard_count(StreamName=NAME, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
put_round(5)
settle()
put_round(6)

everything = shards()
parents = {
    shard["ShardId"]: [shard[name] for name in ("ParentShardId", "AdjacentParentShardId") if name in shard]
    for shard in everything
}
# Parents before children, like KCL, so that the records of a key arrive in the order of their puts.
read, order, ends = [], [], {}
waiting = list(parents)
while waiting:
    ready = [shard for shard in waiting if all(parent in order for parent in parents[shard])]
    for shard in ready:
        records, children, iterator = read_shard(client, NAME, shard)
        read += [record["Data"].decode() for record in records]
        ends[shard] = {"isClosed": iterator is None, "children": children}
        order.append(shard)
        waiting.remove(shard)

report(
    isWhole=sorted(read) == sorted(put),
    keysOutOfOrder=[
        key for key in KEYS if [t for t in read if t.startswith(f"{key} ")] != [t for t in put if t.startswith(f"{key} ")]
    ],
    counts=[len(put), len(read)],
    whileUpdating=while_updating,
    afterSplit=after_split,
    afterMerge=after_merge,
    parents=parents,
    ends=ends,
    scaled={name: scaled[name] for name in ("CurrentShardCount", "TargetShardCount", "StreamName", "StreamARN")},
    filters={
        "atTrimHorizon": ids(shards(Type="AT_TRIM_HORIZON")),
        "fromTrimHorizon": ids(shards(Type="FROM_TRIM_HORIZON")),
        "atLatest": ids(shards(Type="AT_LATEST")),
        "afterShardId": ids(shards(Type="AFTER_SHARD_ID", ShardId="shardId-000000000003")),
        "atTimestamp": ids(shards(Type="AT_TIMESTAMP", Timestamp=between)),
        "fromTimestamp": ids(shards(Type="FROM_TIMESTAMP", Timestamp=between)),
    },
    open=[shard["ShardId"] for shard in everything if "EndingSequenceNumber" not in shard["SequenceNumberRange"]],
)
