#include <cstdio>
#include <cstdlib>

#include "measure/workload.h"
#include "system/table_memory.h"

// track_count WORK FLOWS BATCH BATCHES: a workload of track_bench for an exact number of packets.
// Counted by callgrind for two numbers of batches, the difference tells the instructions a packet.

int main(int argc, char** argv) {
  using statewall::TableMemory;
  using statewall::bench::Workload;
  const auto work = statewall::bench::work_of(argc == 5 ? argv[1] : "");
  if (!work) {
    std::fprintf(stderr, "usage: track_count WORK FLOWS BATCH BATCHES\n");
    return 2;
  }
  const auto flows = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const std::size_t batch = std::strtoul(argv[3], nullptr, 10);
  const auto memory = TableMemory::reserve(Workload::memory_needed(*work, flows));
  if (!memory) return 1;
  const auto workload = std::make_unique<Workload>(*work, flows, memory->bytes());
  std::size_t right = 0;
  for (std::size_t i = std::strtoul(argv[4], nullptr, 10); i != 0; --i) {
    if (workload->left() < batch) workload->restart();
    right += workload->run(batch);
  }
  std::printf("%zu\n", right);
}
