"""Runs a request through the offline model as the workflow would."""

from dataclasses import dataclass

from bot.domain.output import SpecialistOutput, Synthesis
from bot.domain.plan import Plan, waves
from bot.model.offline import OfflineModel
from bot.model.port import PlanRequest, Said, SynthesisRequest, WorkRequest
from bot.team import Team, load_team

TEAM: Team = load_team()


@dataclass(frozen=True)
class Run:
    """All that came of a request."""

    text: str
    plan: Plan
    outputs: dict[str, SpecialistOutput]
    synthesis: Synthesis

    def everything(self) -> str:
        """Return all text that people could see."""
        parts = [output.model_dump_json() for output in self.outputs.values()]
        return "\n".join([self.plan.model_dump_json(), *parts, self.synthesis.model_dump_json()])


async def run(text: str, said: tuple[Said, ...] = (), model: OfflineModel | None = None) -> Run:
    """Plan, work in dependency order, synthesise."""
    model = model or OfflineModel(TEAM)
    plan = (await model.call(PlanRequest(text, said))).value
    outputs: dict[str, SpecialistOutput] = {}
    for wave in waves(plan)[0]:
        for key in wave:
            item = plan.assignment(key)
            inputs = {need: outputs[need] for need in item.depends_on}
            request = WorkRequest(text, said, plan=plan, assignment=item, inputs=inputs)
            outputs[key] = (await model.call(request)).value
    request_all = SynthesisRequest(text, said, plan=plan, outputs=outputs)
    return Run(text, plan, outputs, (await model.call(request_all)).value)
