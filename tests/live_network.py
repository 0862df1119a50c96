"""Four hosts in network namespaces of their own, and the firewall between the first two.

    client 10.1.0.2 -- firewall -- far 10.2.0.2 (bridge: 10.1.0.1) -- server 10.3.0.2

In mode `queue` the firewall routes: it is 10.1.0.1 and 10.2.0.1. In mode `bridge` it has no address,
and what is behind it, `far`, is the client's router. The link from `far` to the server is narrow
(1300 bytes), and the client does not know. IPv6 has fd00:N:: where IPv4 has 10.N.0.
"""

import os
import pathlib
import signal
import subprocess
import tempfile
import time

PROGRAM = None  # statewall; set by the test

# More options of `statewall run`: under a sanitizer, which needs more of the system, --sandbox off.
MORE_OPTIONS = os.environ.get("STATEWALL_RUN_OPTIONS", "").split()

NARROW = 1300


def run():
    """The words with which the firewall is started."""
    return [PROGRAM, "run", *MORE_OPTIONS]


def available():
    """Why such a network cannot be made here; None if it can."""
    if os.geteuid() != 0:
        return "needs root"
    probe = subprocess.run(["ip", "netns", "add", f"swprobe{os.getpid()}"], capture_output=True,
                           text=True, check=False)
    if probe.returncode != 0:
        return f"no network namespaces: {probe.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", f"swprobe{os.getpid()}"], check=False)
    return None


class Host:
    def __init__(self, name):
        self.namespace = f"sw{os.getpid()}{name}"
        self.processes = []
        shell("ip", "netns", "add", self.namespace)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *words):
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    def run(self, *words, code=0, timeout=60, **how):
        """Runs a command; its standard output. `code` None: any exit code."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=timeout,
                              check=False, **how)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout

    def refused(self, *words, code):
        """Runs a command that fails with this exit code; what it says of it."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode != code:
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stderr

    def start(self, *words, **how):
        process = subprocess.Popen(self.command(*words), text=True, **how)
        self.processes.append(process)
        return process

    def setting(self, path, value):
        self.run("sysctl", "-q", "-w", f"{path}={value}")

    def address(self, device, number, last):
        self.run("ip", "address", "add", f"10.{number}.0.{last}/24", "dev", device)
        self.run("ip", "address", "add", f"fd00:{number}::{last}/64", "dev", device, "nodad")

    def gateway(self, number, last, *options):
        self.run("ip", "route", "add", "default", "via", f"10.{number}.0.{last}", *options)
        self.run("ip", "-6", "route", "add", "default", "via", f"fd00:{number}::{last}", *options)

    def forwards(self):
        self.setting("net.ipv4.ip_forward", 1)
        self.setting("net.ipv6.conf.all.forwarding", 1)

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        subprocess.run(["ip", "netns", "delete", self.namespace], check=False)


class Network:
    """The hosts, their links and routes; `with` closes all."""

    def __init__(self, mode):
        self.mode = mode
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.socket = self.path / "socket"
        self.hosts = []
        try:
            self.client, self.firewall, self.far, self.server = map(self.host, "cfrs")
            self.wire()
        except BaseException:
            self.close()
            raise

    def host(self, name):
        host = Host(name)
        self.hosts.append(host)
        return host

    def wire(self):
        link(self.client, "eth0", self.firewall, "lan")
        link(self.firewall, "wan", self.far, "eth0")
        link(self.far, "eth1", self.server, "eth0")
        self.client.address("eth0", 1, 2)
        self.client.gateway(1, 1)
        self.far.address("eth1", 3, 1)
        self.server.address("eth0", 3, 2)
        # The server promises to take more than its link does, so that others have to find out.
        self.server.gateway(3, 1, "advmss", 1440)
        for host, device in ((self.far, "eth1"), (self.server, "eth0")):
            host.run("ip", "link", "set", device, "mtu", NARROW)
        self.far.forwards()
        for host in (self.client, self.far):
            host.setting("net.ipv4.icmp_ratelimit", 0)
        if self.mode == "queue":
            self.firewall.address("lan", 1, 1)
            self.firewall.address("wan", 2, 1)
            self.firewall.gateway(2, 2)
            self.firewall.forwards()
            self.far.address("eth0", 2, 2)
            self.far.run("ip", "route", "add", "10.1.0.0/24", "via", "10.2.0.1")
            self.far.run("ip", "-6", "route", "add", "fd00:1::/64", "via", "fd00:2::1")
        else:
            self.far.address("eth0", 1, 1)
        if self.mode == "xdp":
            for host in (self.client, self.far):
                host.run("ethtool", "-K", "eth0", "tx", "off", "txvlan", "off")

    def options(self):
        """Of `statewall run`, for this mode."""
        if self.mode == "queue":
            return ["--mode", "queue", "--local", "10.1.0.1/24=lan", "--local", "10.2.0.1/24=wan",
                    "--local", "fd00:1::1/64=lan", "--local", "fd00:2::1/64=wan"]
        rings = "xdp" if self.mode == "xdp" else "packet"
        return ["--mode", "bridge", "--bridge-interfaces", "lan", "--bridge-interfaces", "wan",
                "--bridge-rings", rings]

    def divert(self, *options):
        """Leads the firewall's traffic to the queue, as the program says to."""
        self.firewall.run("sh", "-ec", self.setup(*options))

    def divert_back(self, *options):
        undo = self.setup(*options).split("# Undoes it:\n")[1]
        self.firewall.run("sh", "-ec", undo.replace("# ", ""))

    def setup(self, *options):
        return subprocess.run([PROGRAM, "run", "--print-setup", *self.options(), *options],
                              capture_output=True, text=True, check=True).stdout

    def statewall(self, *arguments, code=0, **how):
        """A command that asks the firewall; lines of its output."""
        done = subprocess.run([PROGRAM, *map(str, arguments), "--socket", str(self.socket)],
                              capture_output=True, text=True, check=False, timeout=60, **how)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.splitlines()

    def start(self, *options):
        """Starts the firewall and waits until it is ready."""
        log = open(self.path / "log", "a", encoding="utf-8")
        process = self.firewall.start(*run(), *self.options(), "--control-socket",
                                      self.socket, *options, stderr=log)
        log.close()
        before = self.log().count("statewall: ready")
        wait_for(lambda: self.log().count("statewall: ready") > before or process.poll() is not None,
                 "the firewall to be ready")
        if process.poll() is not None:
            raise AssertionError(f"the firewall ended with {process.returncode}: {self.log()}")
        return process

    def log(self):
        path = self.path / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def write(self, name, text):
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        return path

    def close(self):
        for host in self.hosts:
            host.close()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def shell(*words):
    subprocess.run(words, check=True, capture_output=True)


def link(one, name, other, other_name):
    shell("ip", "link", "add", name, "netns", one.namespace, "type", "veth", "peer", "name",
          other_name, "netns", other.namespace)
    for host, device in ((one, name), (other, other_name)):
        host.run("ip", "link", "set", device, "up")


def wait_for(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)


def stop(process, how=signal.SIGTERM):
    """Ends the firewall; its exit code. `ip netns exec` becomes the program itself."""
    process.send_signal(how)
    return process.wait(timeout=20)
