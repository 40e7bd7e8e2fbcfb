"""Registered consumers and their event streams, which botocore reads over HTTP/1.1."""

import time

from reporting import SOON, kinesis, report

client = kinesis()
NAME = "fan-out"
client.create_stream(StreamName=NAME, ShardCount=1)
client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig=SOON)
ARN = client.describe_stream_summary(StreamName=NAME)["StreamDescriptionSummary"]["StreamARN"]
SHARD = "shardId-000000000000"


def active(name):
    for _ in range(200):
        consumer = client.describe_stream_consumer(StreamARN=ARN, ConsumerName=name)["ConsumerDescription"]
        if consumer["ConsumerStatus"] == "ACTIVE":
            return consumer
        time.sleep(0.05)
    raise TimeoutError(name)


def put(*texts):
    client.put_records(StreamName=NAME, Records=[{"PartitionKey": "k", "Data": text.encode()} for text in texts])


def subscribe(consumer, **position):
    return client.subscribe_to_shard(ConsumerARN=consumer["ConsumerARN"], ShardId=SHARD, StartingPosition=position)


registered = client.register_stream_consumer(StreamARN=ARN, ConsumerName="one")["Consumer"]
one = active("one")
client.register_stream_consumer(StreamARN=ARN, ConsumerName="two")
two = active("two")
put("a", "b")
subscription = subscribe(one, Type="TRIM_HORIZON")
events, texts = [], []
for event in subscription["EventStream"]:
    if not texts:
        # The subscription is open, so the service pushes this record without a further call.
        put("c")
    events.append(event["SubscribeToShardEvent"])
    texts += [record["Data"].decode() for record in events[-1]["Records"]]
    if "c" in texts:
        break
subscription["EventStream"].close()

client.split_shard(StreamName=NAME, ShardToSplit=SHARD, NewStartingHashKey=str(2**127))
client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig=SOON)
whole = subscribe(two, Type="AFTER_SEQUENCE_NUMBER", SequenceNumber=events[0]["Records"][0]["SequenceNumber"])
to_the_end = [event["SubscribeToShardEvent"] for event in whole["EventStream"]]

pages = client.get_paginator("list_stream_consumers").paginate(StreamARN=ARN, PaginationConfig={"PageSize": 1})
names = [[consumer["ConsumerName"] for consumer in page["Consumers"]] for page in pages]
client.deregister_stream_consumer(ConsumerARN=two["ConsumerARN"])

report(
    registered=registered,
    one=one,
    http=subscription["ResponseMetadata"]["HTTPHeaders"]["content-type"],
    texts=texts,
    firstEvent=events[0],
    endTexts=[record["Data"].decode() for event in to_the_end for record in event["Records"]],
    lastEvent=to_the_end[-1],
    names=names,
)
