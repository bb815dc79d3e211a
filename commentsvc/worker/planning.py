"""What was planned for a time: activations of policies."""

import structlog

from commentsvc.domain.status import ScheduleState
from commentsvc.runtime import Runtime
from commentsvc.services.policy_schedule import activate_due, has_due_activation

log = structlog.get_logger(__name__)


def run_plans(runtime: Runtime) -> int:
    """Activate the versions whose time has come; returns how many plans ended. Several workers at once do each of them once."""
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        if not has_due_activation(session, now):
            return 0
    done = runtime.in_transaction(lambda session: activate_due(session, now))
    for site_id, version, state in done:
        told = log.info if state is ScheduleState.DONE else log.warning
        told("policy_plan_ended", site=site_id, version=version, state=state.value)
    return len(done)
