"""Which addresses a command with the machine's network named, and which host names it asked DNS for.

The kernel halts each call that names an address and asks us (`network_filter`); we read the address from the caller's memory,
write it down and let the call go on. So each address is known that was named, whether something answered or not. It is a
record and no wall: a program that changes its memory between our look and the kernel's can hide an address. What was said to
an address we do not see. Host names are those of queries that pass by us: a socket that was connected to a DNS server and
is written to by `write` or `send` alone tells none.
"""

import ctypes
import fcntl
import ipaddress
import os
import socket
import struct

import kernel
import network_filter

SYS_PIDFD_GETFD = 438  # on every architecture
NOTIFICATION, RESPONSE = "=QIIiIQ6Q", "=QqiI"
RECEIVE, SEND = 0xC0502100, 0xC0182101
GO_ON = 1
MAX_LISTED = 1000
MAX_ADDRESS_BYTES, MAX_QUERY_BYTES, MAX_MESSAGES = 128, 512, 64
DNS = 53
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp", 136: "udplite"}
OF_THE_KERNEL = (socket.AF_UNSPEC, 16, 38)  # netlink, the kernel's ciphers


class NetworkRecord:
    """Made before the command's first process is forked, which calls `hand_over`; `follow` and `finish` are for its parent."""

    def __init__(self):
        self.told, self.tells = os.pipe2(os.O_CLOEXEC)
        self.taken, self.takes = os.pipe2(os.O_CLOEXEC)
        self.addresses, self.listened, self.names = {}, {}, {}
        self.missed, self.refusal, self.servers = 0, "its first process ended early", {}
        self.listener = None

    def hand_over(self):
        """Whether all is well. From here on this process must not name an address itself: it would wait for an answer."""
        os.close(self.takes)
        if not os.read(self.taken, 1):
            return True  # our parent cannot take it, and knows why
        try:
            listener = network_filter.install()
        except OSError as error:
            os.write(self.tells, f"! {error.strerror or error}".encode())
            return True
        os.write(self.tells, str(listener).encode())
        is_taken = os.read(self.taken, 1) != b""
        os.close(listener)
        return is_taken

    def follow(self, pid):
        """Takes over who is asked; tried first with a descriptor of no meaning, for once the filter is there, somebody has to answer."""
        try:
            os.close(taken_from(pid, self.taken))
            os.close(self.tells)
            os.write(self.takes, b".")
            told = os.read(self.told, 4096).decode()
            if told.startswith("! "):
                self.refusal = told[2:]
            if told.isdecimal():
                self.listener, self.refusal = taken_from(pid, int(told)), None
                os.write(self.takes, b".")
        except OSError as error:
            self.refusal = error.strerror or str(error)
        finally:
            os.close(self.takes)

    def finish(self):
        """What is known once the command has ended."""
        if self.refusal is not None:
            return {"isRecorded": False, "reason": self.refusal}
        shown = lambda counts: [{**dict(key), "count": counts[key]} for key in sorted(counts, key=str)]
        listed = {"addresses": shown(self.addresses), "listened": shown(self.listened), "names": sorted(self.names)}
        return {"isRecorded": True, **listed, "missed": self.missed}

    def answer(self):
        """To be called when `listener` can be read."""
        notification = bytearray(struct.calcsize(NOTIFICATION))
        try:
            fcntl.ioctl(self.listener, RECEIVE, notification)
        except OSError:
            return  # its caller was killed meanwhile
        number, thread, _, call, machine, _, *arguments = struct.unpack(NOTIFICATION, notification)
        try:
            self.note(Caller(thread, *network_filter.call_of(machine, call)), arguments)
        except (OSError, ValueError, struct.error):
            self.missed += 1
        try:
            fcntl.ioctl(self.listener, SEND, struct.pack(RESPONSE, number, 0, 0, GO_ON))
        except OSError:
            pass

    def note(self, caller, arguments):
        if caller.call == "socketcall":
            caller.call = network_filter.SOCKETCALLS[arguments[0]]
            arguments = struct.unpack("=6I", caller.read(arguments[1], 24))
        if caller.call == "listen":
            self.note_listener(caller, arguments[0])
        elif caller.call == "connect":
            self.note_address(caller, arguments[0], caller.read(arguments[1], min(arguments[2], MAX_ADDRESS_BYTES)))
        elif caller.call == "sendto":
            address = caller.read(arguments[4], min(arguments[5], MAX_ADDRESS_BYTES)) if arguments[4] else b""
            self.note_message(caller, arguments[0], (address, arguments[1], arguments[2]))
        else:
            count = min(arguments[2], MAX_MESSAGES) if caller.call == "sendmmsg" else 1
            for message in caller.messages(arguments[1], count):
                self.note_message(caller, arguments[0], message)

    def note_listener(self, caller, number):
        with caller.socket(number) as found:
            if found.family in (socket.AF_INET, socket.AF_INET6):
                host, port = found.getsockname()[:2]
                self.add(self.listened, {"protocol": protocol_of(found), "host": plain(host), "port": port})

    def note_message(self, caller, number, message):
        address, start, length = message
        server = self.note_address(caller, number, address) if address else self.servers.get((caller.process(), number))
        name = queried_name(caller.read(start, min(length, MAX_QUERY_BYTES))) if server else None
        if name is not None:
            self.add(self.names, name)

    def note_address(self, caller, number, address):
        """Whether it is a DNS server's."""
        family = struct.unpack_from("=H", address)[0] if len(address) >= 2 else 0
        self.servers.pop((caller.process(), number), None)
        if family in OF_THE_KERNEL:
            return False
        if family == socket.AF_UNIX:
            if address[2:3] == b"\0":  # by such a name a socket of the machine can be reached; files of it are not there
                self.add(self.addresses, {"protocol": "unix", "host": f"@{address[3:].decode('utf-8', 'backslashreplace')}"})
            return False
        if family not in (socket.AF_INET, socket.AF_INET6):
            self.add(self.addresses, {"protocol": f"family {family}", "host": address[2:].hex()})
            return False
        port = struct.unpack_from("!H", address, 2)[0]
        host = address[4:8] if family == socket.AF_INET else address[8:24]
        protocol = caller.protocol(number)
        self.add(self.addresses, {"protocol": protocol, "host": plain(str(ipaddress.ip_address(host))), "port": port})
        if protocol != "udp" or port != DNS:
            return False
        if len(self.servers) < MAX_LISTED:
            self.servers[caller.process(), number] = True
        return True

    def add(self, counts, what):
        key = tuple(what.items()) if isinstance(what, dict) else what
        if key in counts or len(counts) < MAX_LISTED:
            counts[key] = counts.get(key, 0) + 1
        else:
            self.missed += 1


class Caller:
    """A thread that waits in a call, as long as it does."""

    def __init__(self, thread, machine, call):
        self.thread, self.call, self.is_narrow = thread, call, machine in network_filter.NARROW

    def read(self, address, length):
        """Bytes of its memory; fewer where there are no more."""
        buffer = ctypes.create_string_buffer(length)
        own = struct.pack("PN", ctypes.addressof(buffer), length)
        its = struct.pack("PN", address, length)
        count = kernel.check(kernel.libc.process_vm_readv(self.thread, own, 1, its, 1, 0), "process_vm_readv")
        return buffer.raw[:count]

    def messages(self, address, count):
        """(address, start of the content, its length) of each `msghdr`."""
        word, size = ("I", 32) if self.is_narrow else ("Q", 64)
        for each in range(count):
            name, length, parts, _ = struct.unpack(f"={word}I{'' if self.is_narrow else '4x'}{word}{word}",
                                                   self.read(address + each * size, 16 if self.is_narrow else 32))
            start, available = struct.unpack(f"={word}{word}", self.read(parts, 8 if self.is_narrow else 16)) if parts else (0, 0)
            yield self.read(name, min(length, MAX_ADDRESS_BYTES)) if name else b"", start, available

    def process(self):
        with open(f"/proc/{self.thread}/status", "rb") as file:
            for line in file:
                if line.startswith(b"Tgid:"):
                    return int(line.split()[1])
        raise ProcessLookupError

    def socket(self, number):
        """Its socket, for a moment."""
        fd = taken_from(self.process(), number)
        try:
            return socket.socket(fileno=fd)
        except OSError:
            os.close(fd)  # it is none, and may keep the command's output open
            raise

    def protocol(self, number):
        try:
            with self.socket(number) as found:
                return protocol_of(found)
        except OSError:
            return "ip"  # where /proc shows no process of other owners


def taken_from(pid, number):
    """A descriptor of another process."""
    process = os.pidfd_open(pid)
    try:
        return kernel.check(kernel.libc.syscall(SYS_PIDFD_GETFD, process, number, 0), "pidfd_getfd")
    finally:
        os.close(process)


def protocol_of(found):
    return PROTOCOLS.get(found.proto, f"protocol {found.proto}")


def plain(host):
    """An address of IPv4 as such, also where IPv6 carries it."""
    address = ipaddress.ip_address(host)
    return str(getattr(address, "ipv4_mapped", None) or address)


def queried_name(message):
    """The name that a DNS query asks for; `None` for anything else."""
    if len(message) < 17 or message[2] & 0xF8 or message[4:6] != b"\0\1":
        return None
    at, labels = 12, []
    while at < len(message) and message[at]:
        label = message[at + 1 : at + 1 + message[at]]
        if message[at] > 63 or not label.isascii() or not label.decode().isprintable():
            return None
        labels.append(label.decode().lower())
        at += 1 + message[at]
    return ".".join(labels) if labels and at < len(message) else None
