#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/rules/workload.h"

// What this machine's own iptables takes for the same rulesets: in a network namespace of its own a
// socket sends UDP to itself over the loopback, through OUTPUT, and the time of a packet without
// rules is taken off. Root, Linux. KERNEL_IPTABLES_RESTORE names another iptables-restore.

namespace {

using statewall::bench::RulesetText;
using statewall::bench::Shape;

void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

void load(const std::string& ruleset) {
  const char* command = std::getenv("KERNEL_IPTABLES_RESTORE");
  FILE* pipe = popen(command ? command : "iptables-restore", "w");
  if (!pipe) die("iptables-restore");
  std::fwrite(ruleset.data(), 1, ruleset.size(), pipe);
  if (pclose(pipe) != 0) die("iptables-restore");
}

void raise_loopback() {
  const int control = socket(AF_INET, SOCK_DGRAM, 0);
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, &request) != 0) die("lo");
  close(control);
}

/// Sends packets to itself, and takes them off the queue, one by one.
class Loop {
 public:
  Loop() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in self{};
    self.sin_family = AF_INET;
    self.sin_port = htons(53);
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&self), sizeof self) != 0) die("bind");
    if (connect(socket_, reinterpret_cast<sockaddr*>(&self), sizeof self) != 0) die("connect");
  }

  /// Nanoseconds of processor time a packet, the median of several rounds.
  double run(unsigned packets) {
    std::vector<double> rounds;
    for (int round = 0; round < 7; ++round) {
      const double begin = processor_time();
      char buffer[32] = {};
      for (unsigned i = 0; i < packets; ++i) {
        if (send(socket_, buffer, sizeof buffer, 0) < 0) die("send");
        if (recv(socket_, buffer, sizeof buffer, 0) < 0) die("recv");
      }
      rounds.push_back((processor_time() - begin) / packets);
    }
    std::ranges::sort(rounds);
    return rounds[rounds.size() / 2];
  }

 private:
  static double processor_time() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
  }

  int socket_;
};

}  // namespace

int main() {
  if (unshare(CLONE_NEWNET) != 0) die("a network namespace, as root");
  raise_loopback();
  Loop loop;
  struct Row {
    const char* name;
    Shape shape;
  };
  const Row rows[] = {{"flat", Shape::flat},
                      {"chains", Shape::chains},
                      {"established_first", Shape::established_first}};
  load(RulesetText(Shape::flat, 0, "OUTPUT").text());
  loop.run(1000);
  for (const Row& row : rows) {
    load(RulesetText(row.shape, 0, "OUTPUT").text());
    const double none = loop.run(20000);
    std::printf("%-18s %6u rules %10.0f ns a packet, sent and received\n", row.name, 0u, none);
    for (const unsigned rules : {10u, 100u, 1000u, 10000u}) {
      load(RulesetText(row.shape, rules, "OUTPUT").text());
      const double all = loop.run(rules >= 10000 ? 1000 : rules >= 1000 ? 5000 : 20000);
      std::printf("%-18s %6u rules %10.0f ns a packet more\n", row.name, rules, all - none);
    }
  }
  return 0;
}
