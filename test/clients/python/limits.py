"""Limits of a shard and the age of iterators, with a clock that only the test advances."""

import json
import os
import urllib.request

from reporting import error_of, kinesis, report, without_metadata

URL = os.environ["AWS_ENDPOINT_URL_KINESIS"]
client = kinesis()
NAME = "limits"


def advance_clock(seconds):
    body = json.dumps({"advanceMs": seconds * 1000}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/streamgauge/clock", body)) as response:
        return json.load(response)


def iterator(kind="TRIM_HORIZON"):
    return client.get_shard_iterator(StreamName=NAME, ShardId="shardId-000000000000", ShardIteratorType=kind)[
        "ShardIterator"
    ]


BATCH = [{"PartitionKey": "k", "Data": b"x"}] * 400
batches = [without_metadata(client.put_records(StreamName=NAME, Records=BATCH)) for _ in range(3)]
one_more = error_of(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"x")
advance_clock(1)
after_a_second = without_metadata(client.put_records(StreamName=NAME, Records=BATCH))

first = iterator()
reads = [error_of(client.get_records, ShardIterator=first) for _ in range(6)]
advance_clock(1)
read_again = client.get_records(ShardIterator=first)
advance_clock(299)
almost_old = error_of(client.get_records, ShardIterator=first)
advance_clock(2)
too_old = error_of(client.get_records, ShardIterator=first)
advance_clock(24 * 3600)

throttled = [record for record in batches[2]["Records"] if "ErrorCode" in record]
report(
    failed=[batch["FailedRecordCount"] for batch in batches],
    throttled=throttled[0],
    kindsOfThrottled=sorted({record["ErrorCode"] for record in throttled}),
    oneMore=one_more,
    afterASecond=after_a_second["FailedRecordCount"],
    reads=[read and read["class"] for read in reads],
    readAgain=len(read_again["Records"]),
    almostOld=almost_old,
    tooOld=too_old,
    pastRetention=len(client.get_records(ShardIterator=iterator())["Records"]),
)
