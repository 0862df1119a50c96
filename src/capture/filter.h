#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/reader.h"
#include "statewall/result.h"

namespace statewall {

/// A filter as tcpdump takes it (pcap-filter(7)): "icmp or port 53". It means what it means to
/// `tcpdump -r`, for libpcap compiles it, anew for each link type that occurs. Names of hosts,
/// networks, ports and protocols are looked up as tcpdump does, by the system: a host's name may be
/// asked of DNS, once for each link type. Addresses and numbers ask nobody.
///
/// Not thread-safe.
class Filter {
 public:
  /// An Error has a sentence, and below it the expression with the word in question underlined. An
  /// expression is compiled for Ethernet here; what Ethernet does not know (`type mgt`) is let
  /// through if another common link type knows it. An empty expression matches everything.
  static Result<Filter> compile(std::string expression);

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  /// Does the frame match? One whose link type does not know what the expression asks for (`ether
  /// host` where there is no Ethernet) does not, and `complaint` tells.
  bool matches(const Frame& frame);

  /// The Error of the last frame that was handed to `matches`, if the filter cannot be applied to
  /// its link type; told once for each link type. `file` is for its position.
  std::optional<Error> complaint(const std::string& file);

 private:
  struct Program;

  explicit Filter(std::string expression);
  const Program& program_for(const Frame& frame);

  std::string expression_;
  bool matches_all_;  // of any link type, also one that libpcap does not know
  std::vector<std::unique_ptr<Program>> programs_;  // one a link type that occurred
  const Program* last_ = nullptr;
  bool complains_ = false;    // the last frame is the first of an unsuitable link type
  std::uint64_t number_ = 0;  // of that frame
};

}  // namespace statewall
