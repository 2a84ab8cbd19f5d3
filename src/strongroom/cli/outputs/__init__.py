"""What the commands say with `--json`: one frozen model per command, published as JSON Schema.

Every document has `kind`, `exit` and `error`. A command that fails says the same keys with nothing in them, so that a
reader finds `findings` or `package` where they always are.
"""

from collections.abc import Mapping
from types import MappingProxyType

from strongroom.cli.outputs.caring import HealthOutput
from strongroom.cli.outputs.checking import ExplainOutput, SchemaOutput, VerifyOutput
from strongroom.cli.outputs.giving_back import RestoreOutput
from strongroom.cli.outputs.keeping import AuditOutput, CheckStorageOutput, RepairOutput
from strongroom.cli.outputs.looking import CatalogueOutput, DiffOutput, FindOutput, ShowOutput, VersionsOutput
from strongroom.cli.outputs.making import (
    CaptureOutput,
    DemoOutput,
    DescribeOutput,
    PackOutput,
    PlanOutput,
    PreserveOutput,
)
from strongroom.cli.outputs.parts import Output
from strongroom.cli.outputs.proving import KeyOutput, LogOutput, ReceiptOutput, WithdrawOutput
from strongroom.cli.outputs.taking_in import IngestOutput
from strongroom.cli.outputs.working import QueueOutput, RetryOutput, StatusOutput, WatchOutput, WorkerOutput

COMMANDS: Mapping[str, type[Output]] = MappingProxyType(
    {
        "preserve": PreserveOutput,
        "plan": PlanOutput,
        "capture": CaptureOutput,
        "describe": DescribeOutput,
        "pack": PackOutput,
        "verify": VerifyOutput,
        "ingest": IngestOutput,
        "receipt": ReceiptOutput,
        "audit": AuditOutput,
        "repair": RepairOutput,
        "check-storage": CheckStorageOutput,
        "watch": WatchOutput,
        "worker": WorkerOutput,
        "queue": QueueOutput,
        "status": StatusOutput,
        "retry": RetryOutput,
        "find": FindOutput,
        "show": ShowOutput,
        "versions": VersionsOutput,
        "diff": DiffOutput,
        "restore": RestoreOutput,
        "catalogue": CatalogueOutput,
        "health": HealthOutput,
        "log": LogOutput,
        "key": KeyOutput,
        "withdraw": WithdrawOutput,
        "explain": ExplainOutput,
        "schema": SchemaOutput,
        "demo": DemoOutput,
    }
)
