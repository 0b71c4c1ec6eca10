"""sensor_msgs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cyclonedds.idl import IdlStruct, annotations, types

from robot.body.dds.messages.std_msgs import Header

Cells = Annotated[Sequence[types.float32], types.sequence(types.float32)]


@dataclass
@annotations.final
@annotations.autoid("sequential")
class BatteryState(IdlStruct, typename="sensor_msgs.msg.dds_.BatteryState_"):
    """A battery; what is not known is NaN."""

    header: Header = field(default_factory=Header)
    voltage: types.float32 = 0.0
    temperature: types.float32 = 0.0
    current: types.float32 = 0.0
    charge: types.float32 = 0.0
    capacity: types.float32 = 0.0
    design_capacity: types.float32 = 0.0
    percentage: types.float32 = 0.0
    """0..1, in spite of its name."""
    power_supply_status: types.byte = 0
    power_supply_health: types.byte = 0
    power_supply_technology: types.byte = 0
    present: bool = False
    cell_voltage: Cells = ()
    cell_temperature: Cells = ()
    location: str = ""
    serial_number: str = ""
