#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/connection.h"
#include "statewall/result.h"

// Which connections of a table somebody means, in the words of conntrack(8).

namespace statewall {

struct ConnectionFilter {
  /// An address, or all that begin with the same bits.
  struct Network {
    Family family = Family::none;
    Address address;  ///< with what the mask does not hold set to zero
    Address mask;
  };
  /// One direction of a connection.
  struct Ends {
    std::optional<Network> source, destination;
    std::optional<std::uint16_t> source_port, destination_port;
  };

  std::optional<Family> family;
  std::optional<std::uint8_t> protocol;
  Ends original, reply;
  std::vector<std::string> states;  ///< of TCP and SCTP: one of these
  std::uint8_t status_set = 0;      ///< bits of `status` that must be there
  std::uint8_t status_clear = 0;    ///< ... and must not
  std::optional<std::uint8_t> icmp_type, icmp_code;
  std::optional<std::uint16_t> icmp_id;
  std::optional<std::uint32_t> mark;
  std::uint32_t mark_mask = 0xffffffff;
  std::optional<Zone> zone;
  std::optional<std::uint64_t> number;

  bool matches(const Connection& connection) const;
};

/// A condition takes its value. Errors: the value makes no sense; without a place.
using TakeCondition = std::optional<Error> (*)(ConnectionFilter& filter, std::string_view value);

struct FilterKey {
  std::string_view name;
  char letter = 0;         ///< conntrack's short option; 0: none
  std::string_view value;  ///< what stands for it in a help text: "ADDRESS"
  std::string_view help;   ///< empty: not among the usual ones
  TakeCondition take = nullptr;
};
/// All of them; those that conntrack(8) has two names for are there twice.
std::span<const FilterKey> filter_keys();

/// The key of this name, or nullptr.
const FilterKey* filter_key(std::string_view name);

}  // namespace statewall
