import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * Worker groups of the Kinesis Client Library, each a separate application on one stream. They run until each has the expected
 * number of records, and a little longer to detect further records.
 *
 *   java KclGroups DYNAMODB_URL STREAM EXPECTED_RECORDS NAME=MODE@KINESIS_URL...    MODE is polling or fan-out
 *
 * Prints a line for each event: `start NAME SHARD`, `record NAME SHARD KEY DATA`, `end NAME SHARD`.
 */
public final class KclGroups {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
  private static final long PATIENCE_MS = 240_000;
  private static final long LONGER_MS = 3_000;
  private static final Map<String, AtomicInteger> RECEIVED = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    final DynamoDbAsyncClient dynamo =
        DynamoDbAsyncClient.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build();
    final int expected = Integer.parseInt(args[2]);
    final List<Scheduler> schedulers = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      final String[] nameAndRest = args[i].split("=", 2);
      final String[] modeAndUrl = nameAndRest[1].split("@", 2);
      RECEIVED.put(nameAndRest[0], new AtomicInteger());
      final Scheduler scheduler = schedulerOf(dynamo, args[1], nameAndRest[0], modeAndUrl[0], modeAndUrl[1]);
      schedulers.add(scheduler);
      final Thread thread = new Thread(scheduler, nameAndRest[0]);
      thread.setDaemon(true);
      thread.start();
    }
    final long endMs = System.currentTimeMillis() + PATIENCE_MS;
    while (System.currentTimeMillis() < endMs
        && RECEIVED.values().stream().anyMatch(count -> count.get() < expected)) {
      Thread.sleep(100);
    }
    Thread.sleep(LONGER_MS);
    for (final Scheduler scheduler : schedulers) {
      scheduler.startGracefulShutdown().get(30, TimeUnit.SECONDS);
    }
    System.out.flush();
    // Without this, threads of the clients keep the process alive.
    System.exit(0);
  }

  private static Scheduler schedulerOf(
      DynamoDbAsyncClient dynamo, String stream, String name, String mode, String url) {
    final KinesisAsyncClient kinesis =
        KinesisClientUtil.createKinesisAsyncClient(
            KinesisAsyncClient.builder()
                .endpointOverride(URI.create(url))
                .region(Region.US_EAST_1)
                .credentialsProvider(CREDENTIALS));
    final CloudWatchAsyncClient cloudWatch =
        CloudWatchAsyncClient.builder().region(Region.US_EAST_1).credentialsProvider(CREDENTIALS).build();
    final ConfigsBuilder configs =
        new ConfigsBuilder(
            stream, name, kinesis, dynamo, cloudWatch, UUID.randomUUID().toString(), () -> new Printer(name));
    final RetrievalConfig retrieval =
        configs
            .retrievalConfig()
            .retrievalSpecificConfig(
                mode.equals("fan-out")
                    ? new FanOutConfig(kinesis).streamName(stream).applicationName(name)
                    : new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(200));
    return new Scheduler(
        configs.checkpointConfig(),
        configs.coordinatorConfig().shardConsumerDispatchPollIntervalMillis(200).parentShardPollIntervalMillis(500),
        configs
            .leaseManagementConfig()
            .failoverTimeMillis(3_000)
            .shardSyncIntervalMillis(1_000)
            .initialPositionInStream(
                InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
        configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
        configs.processorConfig(),
        retrieval.initialPositionInStreamExtended(
            InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)));
  }

  private static synchronized void print(String line) {
    System.out.println(line);
  }

  private static final class Printer implements ShardRecordProcessor {
    private final String name;
    private String shard = "";

    Printer(String name) {
      this.name = name;
    }

    @Override
    public void initialize(InitializationInput input) {
      shard = input.shardId();
      print("start " + name + " " + shard);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      input
          .records()
          .forEach(
              record -> {
                final String data = StandardCharsets.UTF_8.decode(record.data()).toString();
                print("record " + name + " " + shard + " " + record.partitionKey() + " " + data);
                RECEIVED.get(name).incrementAndGet();
              });
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
      print("end " + name + " " + shard);
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
      print("lost " + name + " " + shard);
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    private static void checkpoint(Checkpoint checkpoint) {
      try {
        checkpoint.run();
      } catch (ShutdownException | InvalidStateException error) {
        print("error " + error);
      }
    }
  }

  private interface Checkpoint {
    void run() throws ShutdownException, InvalidStateException;
  }
}
