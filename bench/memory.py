"""How much memory a process has and had, from /proc (proc_pid_clear_refs(5), proc_pid_status(5))."""

from __future__ import annotations

from pathlib import Path

FORGET_PEAK = "5"


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what is resident now; OSError where that is not allowed."""
    Path(f"/proc/{pid}/clear_refs").write_text(FORGET_PEAK)


def peak_kib(pid: int) -> int:
    """Return the most that was resident at once since the process began, or since `forget_peak`."""
    return _told(pid, "VmHWM")


def resident_kib(pid: int) -> int:
    """Return what is resident now."""
    return _told(pid, "VmRSS")


def _told(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:"))
