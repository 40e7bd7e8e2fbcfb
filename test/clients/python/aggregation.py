"""Puts aggregates that the Python library makes, and opens every aggregate in the stream."""

import base64

from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records
from reporting import kinesis, read_shard, report

client = kinesis()
NAME = "aggregates"
USER_RECORDS = [(f"key-{n % 7}", f"from python {n} ☃".encode()) for n in range(100)]

aggregator = RecordAggregator(2000)
full = [aggregator.add_user_record(key, data) for key, data in USER_RECORDS]
aggregates = [aggregate for aggregate in [*full, aggregator.clear_and_get()] if aggregate]
for aggregate in aggregates:
    key, _, data = aggregate.get_contents()
    client.put_record(StreamName=NAME, PartitionKey=key, Data=data)

records, _, _ = read_shard(client, NAME, "shardId-000000000000")
opened = [record["kinesis"] for record in iter_deaggregate_records(records, data_format="Boto3")]
report(
    put=[[key, data.decode()] for key, data in USER_RECORDS],
    aggregateCount=len(aggregates),
    # The library returns the data of an aggregate in base64.
    opened=[[record["partitionKey"], base64.b64decode(record["data"]).decode()] for record in opened],
)
