/** Sum of a metric of a delivery stream, from an engine's metrics in Prometheus text format; 0 if it has no value. */
export function firehoseSum(metricsText: string, deliveryStream: string, metric: string): number {
  const line = `streamgauge_firehose_sum{metric="${metric}",delivery_stream="${deliveryStream}",account=`;
  return Number(metricsText.split(line)[1]?.split('\n')[0]?.split('} ')[1] ?? 0);
}
