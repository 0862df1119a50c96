#include <cstdio>
#include <cstdlib>

#include "measure/workload.h"
#include "system/table_memory.h"

// track_count WORK FLOWS BATCH PACKETS: a workload of track_bench for so many packets, rounded up
// to whole rings. Says how many were handled. Callgrind counts what happens in Workload::handle.

int main(int argc, char** argv) {
  using statewall::TableMemory;
  using statewall::bench::Workload;
  const auto work = statewall::bench::work_of(argc == 5 ? argv[1] : "");
  const auto number = [&](int i) { return work ? std::strtoul(argv[i], nullptr, 10) : 0; };
  const auto flows = static_cast<std::uint32_t>(number(2));
  const std::size_t batch = number(3);
  if (!work || flows < Workload::kRing || batch == 0) {
    std::fprintf(stderr, "usage: track_count WORK FLOWS BATCH PACKETS, of %zu flows or more\n",
                 Workload::kRing);
    return 2;
  }
  const auto memory = TableMemory::reserve(Workload::memory_needed(*work, flows));
  if (!memory) return 1;
  const auto workload = std::make_unique<Workload>(*work, flows, memory->bytes());
  const std::size_t packets = number(4);
  std::size_t handled = 0, right = 0;
  while (handled < packets) {
    if (workload->left() < Workload::kRing) workload->restart();
    workload->make(Workload::kRing);
    right += workload->handle(batch);
    handled += Workload::kRing;
  }
  if (right != handled) return 1;
  std::printf("%zu\n", handled);
}
