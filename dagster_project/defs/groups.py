"""Into which group an asset goes: by layer and domain, small enough that the graph of a group can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

LARGEST = 25
"""Assets of a group. More make a graph in which lines cannot be followed; a test holds every group to it."""


def groups_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The group of every model, seed and source by its id, such as ``marts_budget_facts``.

    Marts are parted into facts with their dimensions and tables made of these; the evaluation into definitions, which stand on
    seeds alone, and results; seeds by who reads them.
    """
    nodes = manifest["nodes"].values()
    readers = _readers(manifest)
    found = {source["unique_id"]: f"raw_{_domain(source)}" for source in manifest["sources"].values()}
    found |= {node["unique_id"]: _of_model(node) for node in nodes if node["resource_type"] == "model"}
    found |= {node["unique_id"]: _of_seed(node, readers) for node in nodes if node["resource_type"] == "seed"}
    return found


def _domain(source: Mapping[str, Any]) -> str:
    return "quality" if source["source_name"] == "landing_log" else str(source["source_name"])


def _of_model(node: Mapping[str, Any]) -> str:
    layer, folders = str(node["schema"]), node["fqn"][2:-1]
    if layer == "marts":
        return f"marts_{folders[0]}_{'facts' if node['name'].startswith(('fct_', 'dim_')) else 'tables'}"
    if layer == "evaluation" and not folders:
        is_definition = all(parent.startswith("seed.") for parent in node["depends_on"]["nodes"])
        return f"evaluation_{'definitions' if is_definition else 'results'}"
    if layer == "intermediate" or not folders:
        return layer
    return f"{layer}_{folders[0]}"


def _of_seed(node: Mapping[str, Any], readers: Mapping[str, set[str]]) -> str:
    if "code_lists" in node["fqn"]:
        return "seeds_code_lists"
    if node["name"].startswith("evaluation_"):
        return "seeds_scheme"
    own = readers.get(node["unique_id"], set())
    return f"seeds_{next(iter(own))}" if len(own) == 1 else "seeds_shared"


def _readers(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The domains, or the layers without any, whose models read a node."""
    found = defaultdict(set)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            layer, folders = str(node["schema"]), node["fqn"][2:-1]
            reader = folders[0] if folders and layer != "evaluation" else layer
            for parent in node["depends_on"]["nodes"]:
                found[parent].add(reader)
    return found
