"""What would only be found at the end of a plan, refused before its hours of work begin."""

from quad_studio.engine.baselines import find_baseline
from quad_studio.engine.judge import load_gates_file
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.errors import SettingsProblem, UsageProblem
from quad_studio.runs import load_run


def check_request(request: PlanRequest) -> None:
    """Check the options and the files that are read after the rows were collected.

    Raises:
        UsageProblem: An option, the gates file, the baseline or the metrics are wrong.
    """
    from evaluation.registry import METRICS

    if request.limit is not None and request.limit < 1:
        raise UsageProblem(f"--limit {request.limit}: write a whole number of at least 1")
    if request.infra_retries < 0:
        raise UsageProblem(f"--max-infra-retries {request.infra_retries}: write 0 or more")
    check_formats(request.formats)
    unknown = [name for name in request.plan.metrics if name not in METRICS]
    if unknown:
        known = ", ".join(METRICS)
        problem = f"score.metrics: {', '.join(unknown)}: no such metric; known: {known}"
        raise SettingsProblem(request.plan.path, [problem])
    gates = request.gates or request.plan.gates
    if gates:
        load_gates_file(gates)
    if request.baseline:
        load_run(find_baseline(request.baseline))


def check_formats(names: tuple[str, ...]) -> None:
    """Refuse report formats that there are not.

    Raises:
        UsageProblem: With the formats that there are.
    """
    from evaluation.reports import FORMATS

    unknown = [name for name in names if name not in FORMATS]
    if unknown:
        raise UsageProblem(f"--format: {', '.join(unknown)}; known: {', '.join(FORMATS)}")
