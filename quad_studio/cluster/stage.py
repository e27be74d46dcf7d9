"""The collect stage of a batch run whose plan is run by a cluster."""

from pathlib import Path

from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.cluster.collect import ClusterOutcome
from quad_studio.cluster.run import ClusterRun, collect_on_cluster
from quad_studio.config import Project
from quad_studio.engine.manifest import manifest_of, repro_text
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.engine.planned_rows import planned_rows
from quad_studio.engine.prepare_rows import prepare_rows
from quad_studio.engine.references import reference_model
from quad_studio.events import Emit
from quad_studio.use_cases.base import Frame


def collect_by_cluster(
    request: PlanRequest,
    folder: Path,
    project: Project | None,
    bundle: Bundle,
    emit: Emit,
    cancel: CancelToken,
) -> ClusterOutcome:
    """Record the plan's rows on the phones of a cluster; return what failed."""
    frame = Frame.of_bundle(bundle)
    rows = planned_rows(request, frame)
    prepared = prepare_rows(rows, frame, emit=emit, cancel=cancel)
    repro = repro_text(request.plan, request.targets, folder).rstrip()
    run = ClusterRun(
        address=str(request.cluster),
        folder=folder,
        bundle=bundle,
        options=request.plan.run,
        targets=request.targets or request.plan.run.targets,
        rows=rows,
        unet_calls={index: ready.plan.unet_calls for index, ready in prepared},
        model=reference_model(project) if project else None,
        manifest_of=lambda targets, reference: manifest_of(
            request.plan, project, bundle, targets, len(rows), reference
        ),
        repro=f"{repro} --cluster {request.cluster}\n",
        infra_retries=request.infra_retries,
    )
    return collect_on_cluster(run, emit=emit, cancel=cancel)
