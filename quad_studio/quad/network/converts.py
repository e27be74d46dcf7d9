"""Convert sites: where a tensor crosses between a region of 8-bit and one of 16-bit activations."""

from torch import fx

from quad_studio.quad.network.placement import SITES
from quad_studio.quad.network.program import SiteProgram
from quad_studio.quad.network.site_modules import QuantizerSite
from quad_studio.quad.network.trace import MOVES
from quad_studio.quad.site import Site


def with_converts(program: SiteProgram, int8_sites: frozenset[str]) -> SiteProgram:
    """Return a clone whose operations read and write one width each.

    A convert site quantizes a source's tensor once more, at the width of the operation that reads
    it, over the range that the source has.
    """
    made = program.clone()
    graph = made.module.graph
    origin: dict[fx.Node, str] = {}  # node -> activation site of the tensor it carries
    result_site = _result_sites(made)
    for node in list(graph.nodes):
        if node.op == "call_module":
            name = _site_name(made, node)
            if made.sites[name].kind in ("activation", "input"):
                origin[node] = name
            continue
        if node.op != "call_function":
            continue
        if node.target in MOVES and node not in result_site:
            source = node.args[0]
            if isinstance(source, fx.Node) and source in origin:
                origin[node] = origin[source]
            continue
        own = result_site.get(node)
        if own is None or made.sites[own].fixed == "strength":
            continue
        for source in list(node.all_input_nodes):
            if source in origin and (origin[source] in int8_sites) != (own in int8_sites):
                _insert(made, node, source, origin[source], own, own in int8_sites)
    graph.lint()
    made.module.recompile()
    return made


def _result_sites(program: SiteProgram) -> dict[fx.Node, str]:
    """Return operation -> the activation site right behind it."""
    found: dict[fx.Node, str] = {}
    for node in program.module.graph.nodes:
        if node.op == "call_module":
            name = _site_name(program, node)
            if program.sites[name].kind == "activation":
                found[node.args[0]] = name
    return found


def _site_name(program: SiteProgram, node: fx.Node) -> str:
    return str(program.module.get_submodule(str(node.target)).site)


def _insert(
    program: SiteProgram, reader: fx.Node, source: fx.Node, origin: str, own: str, small: bool
) -> None:
    stem = f"{origin}->{own}"
    name, count = stem, 1
    while name in program.sites:
        count += 1
        name = f"{stem}@{count}"  # "#" already counts sites of one module
    before = program.sites[origin]
    program.sites[name] = Site(
        name,
        "convert",
        "int8" if small else "int16",
        program.sites[own].module,
        before.shape,
        fixed=before.fixed,
        operand_of=origin,
    )
    modules = program.module.get_submodule(SITES)
    index = len(list(modules.children()))
    modules.append(QuantizerSite(name))
    with program.module.graph.inserting_before(reader):
        placed = program.module.graph.call_module(f"{SITES}.{index}", (source,))
    placed.meta["val"] = source.meta.get("val")
    reader.replace_input_with(source, placed)
