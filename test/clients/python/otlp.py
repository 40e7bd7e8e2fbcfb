"""Parses an OTLP request in JSON with the published protocol buffers: an unknown or ill-typed field is an error."""

import json
import sys

from google.protobuf.json_format import MessageToDict, Parse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

with open(sys.argv[1], encoding="utf-8") as file:
    request = Parse(file.read(), ExportMetricsServiceRequest())
# The binary form and back, so that only fields which both forms can contain remain.
binary = request.SerializeToString()
print(json.dumps(MessageToDict(ExportMetricsServiceRequest.FromString(binary))))
