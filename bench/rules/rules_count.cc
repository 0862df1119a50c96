#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/rules/workload.h"

// The same workload for an exact number of packets, to be counted by callgrind:
// rules_count flat|chains|established RULES PACKETS

int main(int argc, char** argv) {
  using statewall::bench::Shape;
  if (argc != 4) {
    std::fputs("usage: rules_count flat|chains|established RULES PACKETS\n", stderr);
    return 2;
  }
  const Shape shape = std::strcmp(argv[1], "flat") == 0     ? Shape::flat
                      : std::strcmp(argv[1], "chains") == 0 ? Shape::chains
                                                            : Shape::established_first;
  statewall::bench::Workload workload(shape, static_cast<unsigned>(std::atoi(argv[2])));
  for (int left = std::atoi(argv[3]); left > 0; --left) {
    if (workload.pass() != statewall::Verdict::accept) return 1;
  }
  return 0;
}
