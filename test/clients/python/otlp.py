"""Reads an OTLP request in JSON strictly, by the published protocol buffers: an unknown or ill-typed field is an error."""

import json
import sys

from google.protobuf.json_format import MessageToDict, Parse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

with open(sys.argv[1], encoding="utf-8") as file:
    request = Parse(file.read(), ExportMetricsServiceRequest())
# Through the binary form and back, so that nothing survives which only the text can hold.
binary = request.SerializeToString()
print(json.dumps(MessageToDict(ExportMetricsServiceRequest.FromString(binary))))
