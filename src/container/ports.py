"""Ports of the machine that lead to ports of a service: listened at in our network, connected to in the service's."""

import errno
import os
import resource
import socket

import kernel
from relay import CHUNK, IN, OUT, Flow
from worker import Failed

BACKLOG = 128


class Ports:
    """Made before the service has a network of its own; sockets belong to the one that they were made in."""

    def __init__(self, loop, wanted):
        self.loop, self.is_full = loop, False
        self.listeners = [(listen(each), each["containerPort"]) for each in wanted]

    def open(self, pidfd):
        """Begins to answer, in the network of the process; where each port is to be found."""
        try:
            kernel.enter_namespaces(pidfd, kernel.CLONE_NEWNET)
        except ProcessLookupError:
            return []  # it has ended already
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.listen()
        places = [(listener.getsockname(), port) for listener, port in self.listeners]
        return [{"address": name[0], "port": name[1], "containerPort": port} for name, port in places]

    def listen(self):
        for listener, port in self.listeners:
            self.loop.watch(listener.fileno(), IN, lambda listener=listener, port=port: self.accept(listener, port))

    def close(self, *sockets):
        for each in sockets:
            each.close()
        if self.is_full:
            self.is_full = False
            self.listen()

    def accept(self, listener, port):
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self.is_full = True  # until a connection ends
                for each, _ in self.listeners:
                    self.loop.forget(each.fileno(), IN)
            return
        client.setblocking(False)
        self.connect(client, [("127.0.0.1", port), ("::1", port)])

    def connect(self, client, places):
        """To the first of `places` that answers."""
        if not places:
            self.close(client)
            return
        server = None
        try:
            server = socket.socket(family_of(places[0][0]), socket.SOCK_STREAM)
            server.setblocking(False)
            code = server.connect_ex(places[0])
        except OSError as error:
            code = error.errno
        if code == errno.EINPROGRESS:
            self.loop.watch(server.fileno(), OUT, lambda: self.decide(client, server, places))
        elif code == 0:
            self.join(client, server)
        else:
            if server:
                server.close()
            self.connect(client, places[1:])

    def decide(self, client, server, places):
        self.loop.forget(server.fileno(), OUT)
        if server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
            self.join(client, server)
        else:
            server.close()
            self.connect(client, places[1:])

    def join(self, client, server):
        """Both ways between two sockets, which are closed when both are at their end."""
        left = {client, server}

        def end(source, target):
            for each, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
                try:
                    each.shutdown(how)
                except OSError:
                    pass  # the other side was faster
            left.discard(source)
            if not left:
                self.close(client, server)

        for source, target in ((client, server), (server, client)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ends = (source.fileno(), target.fileno())
            Flow(self.loop, ends, lambda _, source=source, target=target: end(source, target), CHUNK)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen(wanted):
    address, port = wanted["address"], wanted["port"]
    listener = socket.socket(family_of(address), socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listener.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        raise Failed("bad-port", f"port {port} of {address}: {os.strerror(error.errno)}") from None
    return listener
