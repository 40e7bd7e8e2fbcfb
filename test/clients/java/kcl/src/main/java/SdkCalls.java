import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * Calls a server with the AWS SDK for Java 2 over CBOR and HTTP/2: put, read, subscribe, reshard, and an error.
 *
 *   java SdkCalls KINESIS_URL
 *
 * Prints one line `NAME VALUE` for each value that the test checks.
 */
public final class SdkCalls {
  private static final String STREAM = "java";

  public static void main(String[] args) throws Exception {
    final KinesisAsyncClient kinesis =
        KinesisAsyncClient.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    kinesis.createStream(r -> r.streamName(STREAM).shardCount(1)).get();
    settle(kinesis);
    final List<PutRecordsRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      final String text = "record-" + i;
      entries.add(
          PutRecordsRequestEntry.builder().partitionKey("key-" + i).data(SdkBytes.fromUtf8String(text)).build());
    }
    print("failed", kinesis.putRecords(r -> r.streamName(STREAM).records(entries)).get().failedRecordCount());
    final String number =
        kinesis
            .putRecord(r -> r.streamName(STREAM).partitionKey("k").data(SdkBytes.fromUtf8String("last")))
            .get()
            .sequenceNumber();
    print("number", number);
    final long beforeMs = System.currentTimeMillis();
    final Shard first = shards(kinesis).get(0);
    final List<Record> read = readAll(kinesis, first.shardId());
    print("read", read.size());
    print("same", read.get(read.size() - 1).sequenceNumber().equals(number));
    print("ageMs", beforeMs - read.get(0).approximateArrivalTimestamp().toEpochMilli());
    print("pushed", subscribe(kinesis, first.shardId(), 101));
    kinesis
        .splitShard(
            r ->
                r.streamName(STREAM)
                    .shardToSplit(first.shardId())
                    .newStartingHashKey("170141183460469231731687303715884105728"))
        .get();
    settle(kinesis);
    print("shards", shards(kinesis).size());
    final Set<String> children = new TreeSet<>();
    final String iterator = iterator(kinesis, first.shardId());
    final GetRecordsResponse end = kinesis.getRecords(r -> r.shardIterator(iterator)).get();
    end.childShards().forEach(child -> children.add(child.shardId()));
    print("children", String.join(",", children));
    try {
      kinesis.describeStreamSummary(r -> r.streamName("nowhere")).get();
    } catch (java.util.concurrent.ExecutionException error) {
      final KinesisException cause = (KinesisException) error.getCause();
      print("error", cause.awsErrorDetails().errorCode() + " " + cause.awsErrorDetails().errorMessage());
    }
    System.exit(0);
  }

  private static void settle(KinesisAsyncClient kinesis) throws Exception {
    while (kinesis
            .describeStreamSummary(r -> r.streamName(STREAM))
            .get()
            .streamDescriptionSummary()
            .streamStatus()
        != StreamStatus.ACTIVE) {
      Thread.sleep(50);
    }
  }

  private static List<Shard> shards(KinesisAsyncClient kinesis) throws Exception {
    return kinesis.listShards(r -> r.streamName(STREAM)).get().shards();
  }

  private static String iterator(KinesisAsyncClient kinesis, String shardId) throws Exception {
    return kinesis
        .getShardIterator(
            r -> r.streamName(STREAM).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .get()
        .shardIterator();
  }

  private static List<Record> readAll(KinesisAsyncClient kinesis, String shardId) throws Exception {
    final String iterator = iterator(kinesis, shardId);
    return kinesis.getRecords(r -> r.shardIterator(iterator)).get().records();
  }

  private static int subscribe(KinesisAsyncClient kinesis, String shardId, int expected) throws Exception {
    final String arn =
        kinesis
            .describeStreamSummary(r -> r.streamName(STREAM))
            .get()
            .streamDescriptionSummary()
            .streamARN();
    final Consumer consumer =
        kinesis.registerStreamConsumer(r -> r.streamARN(arn).consumerName("java")).get().consumer();
    while (kinesis
            .describeStreamConsumer(r -> r.consumerARN(consumer.consumerARN()))
            .get()
            .consumerDescription()
            .consumerStatus()
        != ConsumerStatus.ACTIVE) {
      Thread.sleep(50);
    }
    final List<Record> records = java.util.Collections.synchronizedList(new ArrayList<>());
    kinesis.subscribeToShard(
        r ->
            r.consumerARN(consumer.consumerARN())
                .shardId(shardId)
                .startingPosition(p -> p.type(ShardIteratorType.TRIM_HORIZON)),
        SubscribeToShardResponseHandler.builder()
            .subscriber(
                event -> {
                  if (event instanceof SubscribeToShardEvent pushed) records.addAll(pushed.records());
                })
            .onError(error -> print("subscription", error))
            .build());
    final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (records.size() < expected && System.nanoTime() < endNs) Thread.sleep(20);
    return records.size();
  }

  private static void print(String name, Object value) {
    System.out.println(name + " " + value);
  }
}
