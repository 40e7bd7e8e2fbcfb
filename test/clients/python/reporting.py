"""What every script here shares: a client for the endpoint in the environment, and one line of JSON as its report."""

import base64
import datetime
import json
import sys

import boto3
from botocore.config import Config

# A call that fails must fail once: retries would hide what the server answered first.
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=20)

# Of waiters, whose own delay is 10 s.
SOON = {"Delay": 0.05, "MaxAttempts": 400}


def kinesis(**options):
    return boto3.client("kinesis", **{"config": ONCE, **options})


def report(**facts):
    json.dump(facts, sys.stdout, default=plain)


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, (set, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in a report")


def told(call, **arguments):
    """The error that a call raises: its class in Python, its code, status and text. None when it raises none."""
    try:
        call(**arguments)
    except Exception as error:
        response = getattr(error, "response", {})
        return {
            "class": type(error).__name__,
            "code": response.get("Error", {}).get("Code"),
            "status": response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
            "requestId": response.get("ResponseMetadata", {}).get("RequestId"),
            "message": str(error),
        }
    return None


def answer(response):
    """An answer without what botocore adds to it."""
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def read_shard(client, stream, shard_id, iterator_type="TRIM_HORIZON", **more):
    """Every record of a shard to its end if it is closed, else to its tip, and the child shards that its end names."""
    iterator = client.get_shard_iterator(
        StreamName=stream, ShardId=shard_id, ShardIteratorType=iterator_type, **more
    )["ShardIterator"]
    records, children = [], []
    while iterator is not None:
        got = client.get_records(ShardIterator=iterator)
        records += got["Records"]
        children = got.get("ChildShards", [])
        if not got["Records"] and got["MillisBehindLatest"] == 0:
            iterator = got.get("NextShardIterator")
            break
        iterator = got.get("NextShardIterator")
    return records, children, iterator
