import java.util.Properties;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;

/**
 * A Flink job on a cluster of one process. It reads a stream from its beginning, prints each record, and ends one second
 * after the expected number of records.
 *
 *   java CountJob KINESIS_URL STREAM EXPECTED_RECORDS polling|fan-out
 */
public final class CountJob {
  private static final Object LOCK = new Object();
  private static int received;

  public static void main(String[] args) throws Exception {
    final int expected = Integer.parseInt(args[2]);
    final Properties properties = new Properties();
    properties.setProperty("aws.region", "us-east-1");
    properties.setProperty("aws.endpoint", args[0]);
    properties.setProperty("aws.credentials.provider", "BASIC");
    properties.setProperty("aws.credentials.provider.basic.accesskeyid", "test");
    properties.setProperty("aws.credentials.provider.basic.secretkey", "test");
    properties.setProperty("flink.stream.initpos", "TRIM_HORIZON");
    if (args[3].equals("fan-out")) {
      properties.setProperty("flink.stream.recordpublisher", "EFO");
      properties.setProperty("flink.stream.efo.consumername", "flink");
    }
    final Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    final StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(2);
    environment
        .addSource(new FlinkKinesisConsumer<>(args[1], new SimpleStringSchema(), properties))
        .addSink(new Printer());
    final Thread end =
        new Thread(
            () -> {
              synchronized (LOCK) {
                try {
                  while (received < expected) LOCK.wait();
                } catch (InterruptedException interrupted) {
                  return;
                }
              }
              try {
                Thread.sleep(1_000);
              } catch (InterruptedException interrupted) {
                return;
              }
              System.out.flush();
              System.exit(0);
            });
    end.setDaemon(true);
    end.start();
    environment.execute("count");
  }

  /** Runs in the process of the job, so that one counter serves all of its instances. */
  private static final class Printer implements SinkFunction<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public void invoke(String value, Context context) {
      synchronized (LOCK) {
        System.out.println("record " + value);
        received += 1;
        LOCK.notifyAll();
      }
    }
  }
}
