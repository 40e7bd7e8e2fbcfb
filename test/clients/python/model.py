"""The constraints of every input in botocore's copy of the service model, by operation and path."""

import json
import os

import botocore.loaders

MODEL = botocore.loaders.Loader().load_service_model(os.environ["MODEL_SERVICE"], "service-2")
SHAPES = MODEL["shapes"]


def constraints(shape):
    """The bounds of the values of a shape, with the names of the model."""
    found = {name: shape[name] for name in ("min", "max", "pattern", "enum") if name in shape}
    return {"type": shape["type"], **found}


def members(name, parent, found):
    """Adds the members of a structure. The members of a list of structures are under `[]`."""
    shape = SHAPES[name]
    for member, reference in shape.get("members", {}).items():
        path = f"{parent}{member}"
        inner = SHAPES[reference["shape"]]
        found[path] = {**constraints(inner), "required": member in shape.get("required", [])}
        if inner["type"] == "structure":
            members(reference["shape"], f"{path}.", found)
        elif inner["type"] == "list":
            item = inner["member"]["shape"]
            found[f"{path}[]"] = {**constraints(SHAPES[item]), "required": False}
            members(item, f"{path}[].", found)
        elif inner["type"] == "map":
            found[f"{path}{{key}}"] = {**constraints(SHAPES[inner["key"]["shape"]]), "required": False}
            found[f"{path}{{value}}"] = {**constraints(SHAPES[inner["value"]["shape"]]), "required": False}


report = {}
for operation, described in MODEL["operations"].items():
    report[operation] = {}
    if "input" in described:
        members(described["input"]["shape"], "", report[operation])
print(json.dumps(report))
