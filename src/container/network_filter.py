"""A filter of the kernel (seccomp) that asks us before a process names an address of the network.

Asked about are connect, listen, sendmsg, sendmmsg, and sendto where it has an address. Calls that would pass it by do not exist
for the command: io_uring, and on x86-64 those of the x32 kind. Programs take the others then.
"""

import os

import kernel
from kernel import step

SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_FILTER_FLAG_WAIT_KILLABLE = 8, 32
SECCOMP_RET_USER_NOTIF = 0x7FC00000
IO_URING_SETUP = 425
X32 = 0x40000000

# The calls of each machine by their numbers; `socketcall` takes the others as its first argument.
CALLS = {
    "x86_64": {42: "connect", 50: "listen", 44: "sendto", 46: "sendmsg", 307: "sendmmsg"},
    "i686": {362: "connect", 363: "listen", 369: "sendto", 370: "sendmsg", 345: "sendmmsg", 102: "socketcall"},
    "aarch64": {203: "connect", 201: "listen", 206: "sendto", 211: "sendmsg", 269: "sendmmsg"},
    "armv7l": {283: "connect", 284: "listen", 290: "sendto", 296: "sendmsg", 374: "sendmmsg"},
    "riscv64": {203: "connect", 201: "listen", 206: "sendto", 211: "sendmsg", 269: "sendmmsg"},
}
SOCKETCALLS = {3: "connect", 4: "listen", 11: "sendto", 16: "sendmsg", 20: "sendmmsg"}
NARROW = ("i686", "armv7l")  # addresses of four bytes
# Of the little-endian machines: where the number of a call and its arguments lie in what a filter looks at.
CALL, MACHINE, ARGUMENTS = 0, 4, 16


def answer(value):
    return step(kernel.BPF_RETURN, value)


ASK, ALLOW = answer(SECCOMP_RET_USER_NOTIF), answer(kernel.SECCOMP_RET_ALLOW)
NO_SUCH_CALL = answer(kernel.SECCOMP_RET_ERRNO | kernel.ENOSYS)


def when(number, then):
    """`then` for one number; all of it ends with an answer."""
    return step(kernel.BPF_EQUAL, number, 0, len(then) // 8) + then


def load(at):
    return step(kernel.BPF_LOAD, at)


def calls_of(machine):
    """What is answered to the calls of one machine."""
    program = load(CALL)
    if machine == "x86_64":
        program += step(kernel.BPF_AT_LEAST, X32, 0, 1) + NO_SUCH_CALL
    program += when(IO_URING_SETUP, NO_SUCH_CALL)
    for number, name in CALLS[machine].items():
        program += when(number, {"sendto": with_address(), "socketcall": by_first_argument()}.get(name, ASK))
    return program + ALLOW


def with_address():
    """Both halves of the fifth argument are zero where it names none."""
    address = ARGUMENTS + 8 * 4
    low = load(address) + step(kernel.BPF_EQUAL, 0, 1, 0) + ASK
    return low + load(address + 4) + step(kernel.BPF_EQUAL, 0, 1, 0) + ASK + ALLOW


def by_first_argument():
    return load(ARGUMENTS) + b"".join(when(number, ASK) for number in SOCKETCALLS) + ALLOW


def install():
    """Puts the filter over this process and all that it starts; the descriptor of whoever is asked."""
    own = os.uname().machine
    if own not in CALLS or own in NARROW:
        raise OSError(kernel.ENOSYS, f"network use cannot be seen on {own}")
    program = load(MACHINE)
    for machine in CALLS:
        program += when(kernel.MACHINES[machine][0], calls_of(machine))
    program += ALLOW
    for more in (SECCOMP_FILTER_FLAG_WAIT_KILLABLE, 0):  # which needs Linux 5.19
        listener = kernel.set_filter(kernel.MACHINES[own][2], program, SECCOMP_FILTER_FLAG_NEW_LISTENER | more)
        if listener >= 0:
            return listener
    return kernel.check(listener, "seccomp")


def call_of(machine, number):
    """(name of the machine, name of the call) by the kernel's numbers."""
    for name, calls in CALLS.items():
        if kernel.MACHINES[name][0] == machine:
            return name, calls.get(number)
    return None, None
