import org.codelibs.opensearch.runner.OpenSearchRunner;

/** A node of OpenSearch on a port of this machine, in a folder, until the process ends. */
public final class Server {
  public static void main(String[] arguments) throws Exception {
    String port = arguments[0];
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild(
        (number, settings) -> {
          settings.put("discovery.type", "single-node");
          settings.put("network.host", "127.0.0.1");
          settings.put("http.port", port);
          settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
    runner.build(OpenSearchRunner.newConfigs().basePath(arguments[1]).numOfNode(1).clusterName("streamgauge"));
    System.out.println("ready " + port);
    Thread.currentThread().join();
  }
}
