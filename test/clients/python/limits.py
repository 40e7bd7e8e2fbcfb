"""Limits of a shard and the age of iterators, against a clock that stands still until it is turned."""

import json
import os
import urllib.request

from reporting import answer, kinesis, report, told

URL = os.environ["AWS_ENDPOINT_URL_KINESIS"]
client = kinesis()
NAME = "limits"


def turn_clock(seconds):
    body = json.dumps({"advanceMs": seconds * 1000}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/streamgauge/clock", body)) as response:
        return json.load(response)


def iterator(kind="TRIM_HORIZON"):
    return client.get_shard_iterator(StreamName=NAME, ShardId="shardId-000000000000", ShardIteratorType=kind)[
        "ShardIterator"
    ]


BATCH = [{"PartitionKey": "k", "Data": b"x"}] * 400
batches = [answer(client.put_records(StreamName=NAME, Records=BATCH)) for _ in range(3)]
one_more = told(client.put_record, StreamName=NAME, PartitionKey="k", Data=b"x")
turn_clock(1)
after_a_second = answer(client.put_records(StreamName=NAME, Records=BATCH))

first = iterator()
reads = [told(client.get_records, ShardIterator=first) for _ in range(6)]
turn_clock(1)
read_again = client.get_records(ShardIterator=first)
turn_clock(299)
almost_old = told(client.get_records, ShardIterator=first)
turn_clock(2)
too_old = told(client.get_records, ShardIterator=first)
turn_clock(24 * 3600)

refused = [record for record in batches[2]["Records"] if "ErrorCode" in record]
report(
    failed=[batch["FailedRecordCount"] for batch in batches],
    refused=refused[0],
    kindsOfRefused=sorted({record["ErrorCode"] for record in refused}),
    oneMore=one_more,
    afterASecond=after_a_second["FailedRecordCount"],
    reads=[read and read["class"] for read in reads],
    readAgain=len(read_again["Records"]),
    almostOld=almost_old,
    tooOld=too_old,
    pastRetention=len(client.get_records(ShardIterator=iterator())["Records"]),
)
