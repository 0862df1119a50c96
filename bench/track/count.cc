#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/track/echo_workload.h"

// track_count FLOWS BATCH BATCHES: the workload of track_bench for an exact number of packets.
// Counted by callgrind for two numbers of batches, the difference tells the instructions a packet.

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: track_count FLOWS BATCH BATCHES\n");
    return 2;
  }
  const auto flows = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const std::size_t batch = std::strtoul(argv[2], nullptr, 10);
  const auto workload = std::make_unique<statewall::bench::EchoWorkload>(flows);
  std::size_t established = 0;
  for (std::size_t i = std::strtoul(argv[3], nullptr, 10); i != 0; --i) {
    established += workload->run(batch);
  }
  std::printf("%zu\n", established);
}
