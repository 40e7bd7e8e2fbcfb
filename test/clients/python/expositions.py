"""Parses expositions with the Python client of Prometheus, whose parsers follow the specifications."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus


def report(families):
    return [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [[sample.name, sample.labels, str(sample.value)] for sample in family.samples],
        }
        for family in families
    ]


given = json.load(open(sys.argv[1], encoding="utf-8"))
print(json.dumps({
    "prometheus": report(prometheus(given["prometheus"])),
    "openmetrics": report(openmetrics(given["openmetrics"])),
}))
