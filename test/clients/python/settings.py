"""Settings of a stream: tags, retention, policies, metrics, encryption, record size."""

from reporting import SOON, kinesis, report, without_metadata

client = kinesis()
NAME = "settings"
client.create_stream(StreamName=NAME, ShardCount=1)


def settled():
    """Waits until the stream is ACTIVE, and returns its description."""
    client.get_waiter("stream_exists").wait(StreamName=NAME, WaiterConfig=SOON)
    return client.describe_stream_summary(StreamName=NAME)["StreamDescriptionSummary"]


ARN = settled()["StreamARN"]
client.add_tags_to_stream(StreamName=NAME, Tags={"team": "blue", "cost-centre": "7", "naïve": "ñ"})
tags_by_name = client.list_tags_for_stream(StreamName=NAME, Limit=2)
tags_rest = client.list_tags_for_stream(StreamName=NAME, ExclusiveStartTagKey=tags_by_name["Tags"][-1]["Key"])
client.remove_tags_from_stream(StreamName=NAME, TagKeys=["team", "unknown"])
client.tag_resource(ResourceARN=ARN, Tags={"owner": "ops"})
client.untag_resource(ResourceARN=ARN, TagKeys=["naïve"])
tags_by_arn = client.list_tags_for_resource(ResourceARN=ARN)["Tags"]

client.increase_stream_retention_period(StreamName=NAME, RetentionPeriodHours=8760)
increased = settled()["RetentionPeriodHours"]
client.decrease_stream_retention_period(StreamName=NAME, RetentionPeriodHours=24)
decreased = settled()["RetentionPeriodHours"]

no_policy = client.get_resource_policy(ResourceARN=ARN)["Policy"]
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},'
    f'"Action":"kinesis:GetRecords","Resource":"{ARN}"}}]}}'
)
client.put_resource_policy(ResourceARN=ARN, Policy=POLICY)
policy = client.get_resource_policy(ResourceARN=ARN)["Policy"]
client.delete_resource_policy(ResourceARN=ARN)

enabled = without_metadata(client.enable_enhanced_monitoring(StreamName=NAME, ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"]))
monitored = settled()["EnhancedMonitoring"]
disabled = without_metadata(client.disable_enhanced_monitoring(StreamName=NAME, ShardLevelMetrics=["OutgoingBytes"]))
settled()

client.start_stream_encryption(StreamName=NAME, EncryptionType="KMS", KeyId="alias/aws/kinesis")
encrypted = settled()
put_encrypted = client.put_record(StreamName=NAME, PartitionKey="k", Data=b"secret")
client.stop_stream_encryption(StreamName=NAME, EncryptionType="KMS", KeyId="alias/aws/kinesis")
plain_again = settled()

client.update_max_record_size(StreamARN=ARN, MaxRecordSizeInKiB=10240)
large = settled()["MaxRecordSizeInKiB"]
put_large = client.put_record(StreamName=NAME, PartitionKey="k", Data=b"x" * (9 * 1024 * 1024))
iterator = client.get_shard_iterator(
    StreamName=NAME,
    ShardId=put_large["ShardId"],
    ShardIteratorType="AT_SEQUENCE_NUMBER",
    StartingSequenceNumber=put_large["SequenceNumber"],
)["ShardIterator"]
got_large = client.get_records(ShardIterator=iterator)["Records"]

client.update_stream_mode(StreamARN=ARN, StreamModeDetails={"StreamMode": "ON_DEMAND"})
mode = settled()["StreamModeDetails"]["StreamMode"]

report(
    tagsByName=[tags_by_name["Tags"], tags_by_name["HasMoreTags"], tags_rest["Tags"], tags_rest["HasMoreTags"]],
    tagsByArn=tags_by_arn,
    retention=[increased, decreased],
    policies=[no_policy, policy == POLICY, client.get_resource_policy(ResourceARN=ARN)["Policy"]],
    monitoring={"enabled": enabled, "between": monitored, "disabled": disabled},
    encryption=[
        encrypted["EncryptionType"],
        encrypted["KeyId"],
        put_encrypted["EncryptionType"],
        plain_again["EncryptionType"],
    ],
    largeRecord=[large, [len(record["Data"]) for record in got_large]],
    mode=mode,
)
