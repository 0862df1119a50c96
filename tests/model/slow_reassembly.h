#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "track/reassembly_testing.h"

// Reassembly as one would write it down: every fragment kept, a list of pieces in order, no limit
// of memory. For tests alone. It takes what `FragmentFields` says rather than bytes.

namespace statewall::model {

class SlowReassembly {
 public:
  struct Answer {
    std::string word;  ///< as testing::word has it
    std::vector<std::uint8_t> payload;
  };
  Answer take(const testing::FragmentFields& fragment, Nanoseconds now);

 private:
  struct Run {
    std::uint32_t begin, end;
  };
  struct Datagram {
    Nanoseconds deadline = 0;
    std::uint32_t seen = 0;
    std::uint32_t length = 0;
    bool last_in = false;
    std::vector<Run> runs;  ///< in order of place; what came in order at the end is one
    std::map<std::uint32_t, std::vector<std::uint8_t>> pieces;
    bool ecn[4] = {};
    bool with_options = false;
  };
  using Key = std::tuple<Family, std::uint32_t, int, std::uint8_t, std::uint8_t>;

  std::map<Key, Datagram> datagrams_;
  std::map<std::uint8_t, std::uint32_t> sources_;
};

}  // namespace statewall::model
