#!/usr/bin/env python3
"""tools/compare-with-tshark finds no difference in captures of each link type, but those that are
known.

usage: tshark_test.py STATEWALL
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "../shared/corpus"
SKIPPED = 77  # as tests/CMakeLists.txt tells ctest

# One or two of each way to IP.
CAPTURES = """
    icmp-query/arkime__icmp-frame-relay.pcap
    icmp-query/kaitoy__BsdLoopbackPacketTest.pcap
    icmp-query/the-tcpdump-group__HDLC.pcap
    icmpv6/zeek__handshake.pcap
    linktypes/OISF__decode-sll2-01_input.pcap
    linktypes/OISF__detect-ipopts_input.pcap
    linktypes/OISF__frag-ppp-ip-tcp-syn.pcap
    linktypes/OISF__pppoe-session-http.pcap
    linktypes/seladb__MplsPackets.pcap
    linktypes/seladb__Sll2PacketLLC.pcap
    linktypes/seladb__SllPacket.pcap
    linktypes/the-tcpdump-group__OSPFv3_NBMA_adjacencies.pcap
    linktypes/zeek__vlan-qinqinq.pcap
    linktypes/zeek__vntag_vlan_sandwich_clean.pcap
    malformed/the-tcpdump-group__vrrp-vrrp_print-oobr.pcap
""".split()

# A capture and a frame in it that differ, and why.
KNOWN = {
    # tshark shows the end of a source route, Statewall what stands in the header.
    ("OISF__detect-ipopts_input.pcap", 2),
    ("OISF__detect-ipopts_input.pcap", 7),
}


def main(program):
    captures = [CORPUS / name for name in CAPTURES]
    if not all(capture.exists() for capture in captures):
        print(f"skipped: no corpus at {CORPUS}")
        return SKIPPED
    run = subprocess.run([sys.executable, str(ROOT / "tools/compare-with-tshark"), program,
                          *map(str, captures)], capture_output=True, text=True)
    if run.returncode == SKIPPED:
        print(run.stdout, end="")
        return SKIPPED
    print(run.stdout, run.stderr)
    found = {(pathlib.Path(path).name, int(frame))
             for path, frame in re.findall(r"^(\S+): frame (\d+):", run.stdout, re.M)}
    for name, frame in sorted(found ^ KNOWN):
        print(f"{name}: frame {frame}: " + ("differs" if (name, frame) in found else "agrees now"))
    compared = re.search(r"^ *all +(\d+)", run.stdout, re.M)
    return 0 if found == KNOWN and compared and int(compared[1]) == len(captures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
