"""Shared by the scripts of this folder: a client for the endpoint in the environment, and one line of JSON as the report."""

import base64
import datetime
import json
import sys

import boto3
from botocore.config import Config

# No retries: they would hide the first response of the server.
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=20)

# Settings of waiters. Their default delay is 10 s.
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
    raise TypeError(f"{type(value).__name__} cannot be reported")


def error_of(call, **arguments):
    """Returns the error of a call: its class in Python, its code, status and text. None if the call succeeds."""
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


def without_metadata(response):
    """Returns a response without the metadata that botocore adds."""
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def read_shard(client, stream, shard_id, iterator_type="TRIM_HORIZON", **more):
    """Returns every record of a shard up to its end or its tip, its child shards if it ended, and the next iterator."""
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
