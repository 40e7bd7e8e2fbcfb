"""Creates streams, waits for them, lists them, describes them page by page, and deletes one."""

from reporting import SOON, kinesis, report, without_metadata

client = kinesis()
created = [without_metadata(client.create_stream(StreamName=f"s{n}", ShardCount=n + 1, Tags={"n": str(n)})) for n in range(5)]
during = client.describe_stream(StreamName="s4")["StreamDescription"]
for n in range(5):
    client.get_waiter("stream_exists").wait(StreamName=f"s{n}", WaiterConfig=SOON)
client.create_stream(StreamName="on-demand", StreamModeDetails={"StreamMode": "ON_DEMAND"})
client.get_waiter("stream_exists").wait(StreamName="on-demand", WaiterConfig=SOON)

pages = list(client.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 4}))
shard_pages = list(client.get_paginator("describe_stream").paginate(StreamName="s4", PaginationConfig={"PageSize": 2}))
shards, token, list_shards_calls = [], None, 0
while token is not None or list_shards_calls == 0:
    got = client.list_shards(**({"StreamName": "s4"} if token is None else {"NextToken": token}), MaxResults=2)
    list_shards_calls += 1
    shards += got["Shards"]
    token = got.get("NextToken")

described = client.describe_stream(StreamName="s0")["StreamDescription"]
summary = client.describe_stream_summary(StreamARN=described["StreamARN"])["StreamDescriptionSummary"]
on_demand = client.describe_stream_summary(StreamName="on-demand")["StreamDescriptionSummary"]
limits = without_metadata(client.describe_limits())
deleted = without_metadata(client.delete_stream(StreamName="s0"))
client.get_waiter("stream_not_exists").wait(StreamName="s0", WaiterConfig=SOON)

report(
    created=created,
    during=during["StreamStatus"],
    names=[page["StreamNames"] for page in pages],
    summaries=[summary["StreamName"] for page in pages for summary in page["StreamSummaries"]],
    shardPages=[[shard["ShardId"] for shard in page["StreamDescription"]["Shards"]] for page in shard_pages],
    listedShards=[shard["ShardId"] for shard in shards],
    listShardsCalls=list_shards_calls,
    described=described,
    summary=summary,
    onDemand=on_demand,
    limits=limits,
    tags=client.list_tags_for_stream(StreamName="s3")["Tags"],
    deleted=deleted,
    left=client.list_streams()["StreamNames"],
)
