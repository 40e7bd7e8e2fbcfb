"""Creates, describes, lists, tags, updates, fills and deletes delivery streams, and reads their objects back from the folder."""

import gzip
import json
import os
import time
import urllib.request
from pathlib import Path

from botocore.config import Config
from reporting import ONCE, SOON, boto3, error_of, kinesis, report, without_metadata

URL = os.environ["AWS_ENDPOINT_URL_FIREHOSE"]
FOLDER = Path(os.environ["OBJECTS"])
client = boto3.client("firehose", config=ONCE)
# botocore checks inputs before it sends them. This client does not, so that the server checks them.
unchecked = boto3.client(
    "firehose", config=Config(parameter_validation=False, retries={"total_max_attempts": 1})
)
ROLE = "arn:aws:iam::000000000000:role/firehose"
DESTINATION_ID = "destinationId-000000000001"
SOON_MS = 1000


def advance_clock(ms):
    body = json.dumps({"advanceMs": ms}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/streamgauge/clock", body)) as response:
        return json.load(response)


def bucket(name, **more):
    hints = {"SizeInMBs": 1, "IntervalInSeconds": 60}
    return {"RoleARN": ROLE, "BucketARN": f"arn:aws:s3:::{name}", "BufferingHints": hints, **more}


def create(name, destination, **more):
    return client.create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination, **more
    )


def described(name):
    return client.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


def update(name, version, **more):
    """The arguments of an update."""
    return {
        "DeliveryStreamName": name,
        "CurrentDeliveryStreamVersionId": version,
        "DestinationId": DESTINATION_ID,
        **more,
    }


def objects_in(name):
    """The whole objects of a bucket by key: a file that is being written is in another folder."""
    return {
        str(path.relative_to(FOLDER / name)): path.read_bytes()
        for path in sorted((FOLDER / name).rglob("*"))
        if path.is_file()
    }


def delivered(name, count, unit=len):
    """The objects of a bucket, when they have so many units. Time goes on in steps, because reads of a source are periodic."""
    for _ in range(400):
        found = objects_in(name)
        if unit(found) >= count:
            return found
        advance_clock(SOON_MS)
        time.sleep(0.02)
    raise TimeoutError(f"{name} has {unit(found)} of {count}")


def byte_count(objects):
    return sum(len(data) for data in objects.values())


def line_count(objects):
    return sum(data.count(b"\n") for data in objects.values())


def put_batch(name, records):
    return without_metadata(
        client.put_record_batch(DeliveryStreamName=name, Records=[{"Data": data} for data in records])
    )


# Life of a delivery stream.
ZIPPED = bucket("archive", Prefix="logs/!{timestamp:yyyy}/", ErrorOutputPrefix="bad/", CompressionFormat="GZIP")
created = create("logs", ZIPPED, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "old"}])
during = described("logs")["DeliveryStreamStatus"]
while_creating = {
    "deleteEarly": error_of(client.delete_delivery_stream, DeliveryStreamName="logs"),
    "updateEarly": error_of(
        client.update_destination, **update("logs", "1", ExtendedS3DestinationUpdate={"Prefix": "x/"})
    ),
}
advance_clock(SOON_MS)
whole = described("logs")
create("clicks", bucket("archive-of-clicks"))
advance_clock(SOON_MS)
first_page = client.list_delivery_streams(Limit=1)
second_page = client.list_delivery_streams(
    Limit=1, ExclusiveStartDeliveryStreamName=first_page["DeliveryStreamNames"][-1]
)

# Tags.
client.tag_delivery_stream(DeliveryStreamName="logs", Tags=[{"Key": "cost-centre", "Value": "ñ"}])
client.untag_delivery_stream(DeliveryStreamName="logs", TagKeys=["old"])
tags = client.list_tags_for_delivery_stream(DeliveryStreamName="logs")
too_many_tags = [{"Key": f"k{n}"} for n in range(49)]

# Puts, and an update between them.
put = client.put_record(DeliveryStreamName="logs", Record={"Data": b"one\n"})
batch = put_batch("logs", [b"two\n", bytes(range(256)), b"three\n"])
first_objects = delivered("archive", 1)
client.update_destination(
    **update("logs", "1", ExtendedS3DestinationUpdate={"Prefix": "plain/", "CompressionFormat": "UNCOMPRESSED"})
)
updated = described("logs")
put_batch("logs", [b"four\n", b"five\n"])
all_objects = delivered("archive", 2)
second_objects = {key: data for key, data in all_objects.items() if key not in first_objects}

# Encryption.
client.start_delivery_stream_encryption(DeliveryStreamName="logs")
encryption_states = [described("logs")["DeliveryStreamEncryptionConfiguration"]]
advance_clock(SOON_MS)
encryption_states.append(described("logs")["DeliveryStreamEncryptionConfiguration"])
encrypted_put = put_batch("logs", [b"six\n"])["Encrypted"]
client.stop_delivery_stream_encryption(DeliveryStreamName="logs")
advance_clock(SOON_MS)
encryption_states.append(described("logs")["DeliveryStreamEncryptionConfiguration"])

# The quota of a second: 5 MiB. The rejected records are put again.
advance_clock(60_000)
large = [str(n).encode() * 1_000_000 for n in range(4)]
batches = [put_batch("clicks", large) for _ in range(2)]
one_more = error_of(client.put_record, DeliveryStreamName="clicks", Record={"Data": b"x" * 1_000_000})
entries = batches[1]["RequestResponses"]
rejected = [data for data, entry in zip(large, entries) if "ErrorCode" in entry]
advance_clock(SOON_MS)
repeated = put_batch("clicks", rejected)
clicks = b"".join(delivered("archive-of-clicks", 8_000_000, byte_count).values())

# A stream of Kinesis as source.
stream = kinesis()
stream.create_stream(StreamName="orders", ShardCount=2)
advance_clock(SOON_MS)
stream.get_waiter("stream_exists").wait(StreamName="orders", WaiterConfig=SOON)
ORDERS = stream.describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]["StreamARN"]
create(
    "from-orders",
    bucket("archive-of-orders"),
    DeliveryStreamType="KinesisStreamAsSource",
    KinesisStreamSourceConfiguration={"KinesisStreamARN": ORDERS, "RoleARN": ROLE},
)
advance_clock(SOON_MS)
advance_clock(SOON_MS)
orders = [f"order {n}\n".encode() for n in range(20)]
stream.put_records(StreamName="orders", Records=[{"Data": data, "PartitionKey": data.decode()} for data in orders])
order_objects = delivered("archive-of-orders", len(orders), line_count)
by_source = client.list_delivery_streams(DeliveryStreamType="KinesisStreamAsSource")["DeliveryStreamNames"]

# Errors.
advance_clock(SOON_MS)
raised = {
    **while_creating,
    "twice": error_of(create, name="logs", destination=ZIPPED),
    "unknown": error_of(client.describe_delivery_stream, DeliveryStreamName="nowhere"),
    "putUnknown": error_of(client.put_record, DeliveryStreamName="nowhere", Record={"Data": b""}),
    "putToSourced": error_of(client.put_record, DeliveryStreamName="from-orders", Record={"Data": b""}),
    "noDestination": error_of(client.create_delivery_stream, DeliveryStreamName="none"),
    "twoDestinations": error_of(
        client.create_delivery_stream,
        DeliveryStreamName="two",
        ExtendedS3DestinationConfiguration=bucket("a"),
        S3DestinationConfiguration=bucket("b"),
    ),
    "unknownExpression": error_of(create, name="bad", destination=bucket("a", Prefix="!{nothing:x}/")),
    "oldVersion": error_of(
        client.update_destination, **update("logs", "1", ExtendedS3DestinationUpdate={"Prefix": "x/"})
    ),
    "tooManyTags": error_of(client.tag_delivery_stream, DeliveryStreamName="logs", Tags=too_many_tags),
    "tooLarge": error_of(put_batch, name="logs", records=[b"x" * 1_000_000] * 5),
    "wrongName": error_of(unchecked.put_record, DeliveryStreamName="not a name", Record={"Data": b""}),
    "tooManyRecords": error_of(unchecked.put_record_batch, DeliveryStreamName="logs", Records=[{"Data": b""}] * 501),
}
throttled = [error_of(client.list_delivery_streams) for _ in range(7)]
caught = None
try:
    client.put_record(DeliveryStreamName="nowhere", Record={"Data": b""})
except client.exceptions.ResourceNotFoundException as error:
    caught = error.response["Error"]["Code"]

# The end.
advance_clock(SOON_MS)
deleted = without_metadata(client.delete_delivery_stream(DeliveryStreamName="clicks"))
deleting = described("clicks")["DeliveryStreamStatus"]
advance_clock(SOON_MS)
gone = error_of(client.describe_delivery_stream, DeliveryStreamName="clicks")

report(
    created=created["DeliveryStreamARN"],
    during=during,
    described=whole,
    pages=[without_metadata(first_page), without_metadata(second_page)],
    tags=without_metadata(tags),
    put=without_metadata(put),
    batch=batch,
    firstKeys=list(first_objects),
    firstData=[gzip.decompress(data) for data in first_objects.values()],
    updated=updated,
    secondKeys=list(second_objects),
    secondData=[data.decode() for data in second_objects.values()],
    encryptionStates=encryption_states,
    encryptedPut=encrypted_put,
    failedCounts=[each["FailedPutCount"] for each in batches],
    rejectedEntry=entries[-1],
    acceptedEntries=sum("RecordId" in entry for entry in entries),
    oneMore=one_more,
    repeated=repeated["FailedPutCount"],
    clicks={chr(byte): clicks.count(byte) for byte in sorted(set(clicks))},
    orders=sorted(b"".join(order_objects.values()).decode().splitlines()),
    bySource=by_source,
    source=described("from-orders")["Source"],
    raised=raised,
    throttled=[error and error["code"] for error in throttled],
    caught=caught,
    deleted=deleted,
    deleting=deleting,
    gone=gone,
    left=client.list_delivery_streams()["DeliveryStreamNames"],
)
