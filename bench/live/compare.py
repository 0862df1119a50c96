#!/usr/bin/env python3
"""Packets through a firewall, in each way that Statewall meets them and beside them the same path
without it, in network namespaces of this machine. Needs root.

    compare.py STATEWALL FOLDER_OF_BENCHMARKS [SECONDS]

Datagrams of 60 bytes go to a server and back, at most 64 on their way, from 64 ports. Told are the
packets a second that cross the firewall (both ways), the time that all processors were busy for
each of them (sender and server included: what a way costs is what it has more than the plain one),
and the firewall's own processor time for each.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests"))
import live_network  # noqa: E402
from live_network import Network, stop  # noqa: E402

RULES = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --dport 7 -j ACCEPT
COMMIT
"""
TICK = os.sysconf("SC_CLK_TCK")


def busy():
    """Seconds that all processors were busy so far."""
    fields = pathlib.Path("/proc/stat").read_text(encoding="utf-8").split("\n")[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / TICK


def own(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8")
    user, system = fields.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / TICK


def measure(network, name, process, load, seconds):
    command = [load, "ask", "10.3.0.2", "7", "64", "64"]
    network.client.run(*command, "0.5", timeout=30)  # connections, neighbours
    before, own_before = busy(), own(process) if process else 0
    packets = 2 * int(network.client.run(*command, str(seconds), timeout=seconds + 30))
    all_of_it, mine = busy() - before, (own(process) if process else own_before) - own_before
    print(f"{name:42} {packets / seconds:9,.0f} /s {all_of_it / packets * 1e6:7.2f} us busy"
          + (f" {mine / packets * 1e6:6.2f} us own" if process else ""), flush=True)


def routed(load, folder, seconds):
    with Network("queue") as network:
        server(network, load)
        measure(network, "routed, no firewall", None, load, seconds)
        rules = network.write("rules", RULES)
        network.firewall.run("iptables-restore", str(rules))
        measure(network, "routed, kernel's conntrack and iptables", None, load, seconds)
        network.firewall.run("iptables", "-F")
        network.firewall.run("iptables", "-P", "FORWARD", "ACCEPT")
        network.divert()
        accepting = network.firewall.start(folder / "accept_all", "0", stdout=subprocess.PIPE)
        assert accepting.stdout.readline() == "ready\n"
        measure(network, "NFQUEUE, a program that accepts all", accepting, load, seconds)
        accepting.kill()
        accepting.wait()
        ours(network, "NFQUEUE, statewall", rules, load, seconds)


def bridged(mode, name, load, seconds):
    with Network(mode) as network:
        server(network, load)
        if mode == "bridge":
            firewall = network.firewall
            firewall.run("ip", "link", "add", "br0", "type", "bridge")
            for device in ("lan", "wan"):
                firewall.run("ip", "link", "set", device, "master", "br0")
            firewall.run("ip", "link", "set", "br0", "up")
            network.client.run("ping", "-c", "3", "-i", "0.5", "10.3.0.2", code=None)
            measure(network, "kernel's bridge, no firewall", None, load, seconds)
            firewall.run("ip", "link", "delete", "br0")
        ours(network, name, network.write("rules", RULES), load, seconds)


def server(network, load):
    network.server.start(load, "echo", "7")


def ours(network, name, rules, load, seconds):
    process = network.start("--profile", "linux", "--rules", rules)
    measure(network, name, process, load, seconds)
    stop(process)


def main():
    live_network.PROGRAM = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2]).resolve()
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 5.0
    load = folder / "udp_load"
    routed(load, folder, seconds)
    bridged("bridge", "bridge by AF_PACKET, statewall", load, seconds)
    bridged("xdp", "bridge by AF_XDP, statewall", load, seconds)


if __name__ == "__main__":
    main()
