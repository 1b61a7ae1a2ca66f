"""The services that a step can ask for, and the parameters of each."""

from __future__ import annotations

from harness.scenario.params.base import Params, ServiceName
from harness.scenario.params.ending import AbortParams, ReleaseParams
from harness.scenario.params.load import LoadParams
from harness.scenario.params.negotiation import AssociateParams, EchoParams, NegotiateParams
from harness.scenario.params.normalized import AvailabilityParams, CommitParams, MPPSParams
from harness.scenario.params.policy import PolicyParams
from harness.scenario.params.querying import FindParams, GetParams, MoveParams
from harness.scenario.params.relation import RelationParams
from harness.scenario.params.storing import StoreParams
from harness.scenario.params.worklist import WorklistParams

PARAMS: dict[ServiceName, type[Params]] = {
    ServiceName.ECHO: EchoParams,
    ServiceName.ASSOCIATE: AssociateParams,
    ServiceName.NEGOTIATE: NegotiateParams,
    ServiceName.POLICY: PolicyParams,
    ServiceName.STORE: StoreParams,
    ServiceName.FIND: FindParams,
    ServiceName.WORKLIST: WorklistParams,
    ServiceName.MOVE: MoveParams,
    ServiceName.GET: GetParams,
    ServiceName.MPPS: MPPSParams,
    ServiceName.COMMIT: CommitParams,
    ServiceName.INSTANCE_AVAILABILITY: AvailabilityParams,
    ServiceName.RELATION: RelationParams,
    ServiceName.LOAD: LoadParams,
    ServiceName.RELEASE: ReleaseParams,
    ServiceName.ABORT: AbortParams,
}
