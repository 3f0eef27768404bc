"""Where the device areas of a recorded boot lead, which its state does not say."""

from vmgui.formats.rig_devices import placed, rig_devices

VS, PAGE, IOREMAP, ALLOC = 0xFFFFC90000000000, 0x1000, 0x1, 0x2
PC = rig_devices(0xFFFF888000000000, 1024)


def busy(*sizes: int) -> list[tuple[int, int, int, int, int | None, int]]:
    """Device areas of so many bytes, each with a guard page, and an area of another kind before them."""
    rows: list[tuple[int, int, int, int, int | None, int]] = [(0, VS, VS + PAGE, 0, ALLOC, 0)]
    for i, size in enumerate(sizes, 1):
        rows.insert(0, (0, VS + (i << 20), VS + (i << 20) + size + PAGE, 0, IOREMAP, 0))
    return rows


def test_the_device_areas_of_a_boot_lead_to_its_machine_s_devices_by_address():
    found = placed(PC, busy(*(size for _, size, _ in PC)), PAGE)
    assert list(found.values())[::-1] == [(phys, kind) for phys, _, kind in PC][::-1]
    assert found[VS + (1 << 20)] == (0x3FFE1000, "write-back")


def test_areas_of_other_sizes_are_those_of_another_machine():
    assert placed(PC, busy(PAGE, PAGE, PAGE, PAGE, PAGE), PAGE) == {}
    assert placed(PC, busy(PAGE), PAGE) == {}


def test_the_tables_of_the_firmware_lie_at_the_end_of_low_ram():
    assert rig_devices(0xFFFF888000000000, 8192)[1][0] == 0xC0000000 - 0x20000


def test_a_machine_with_its_direct_map_elsewhere_has_other_devices():
    assert (0x80A0000, 0xF60000, "device") in rig_devices(0xFFF0000000000000, 1024)
