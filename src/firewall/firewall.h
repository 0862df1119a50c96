#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "rules/place.h"
#include "rules/ruleset.h"
#include "rules/topology.h"
#include "statewall/packet.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

// The pipeline: a packet's way through raw, tracking, mangle, nat and filter, to its verdict.

namespace statewall {

enum class Verdict : std::uint8_t {
  none,  ///< no rule ever sees it: not IP, a broken header, a fragment that waits or is discarded
  accept,
  drop,
  reject
};
inline constexpr std::size_t kVerdicts = 4;
/// "none", "ACCEPT", "DROP", "REJECT".
std::string_view name(Verdict verdict);

/// Why a verdict might be another one in a kernel.
enum class Uncertainty : std::uint8_t {
  none,
  skipped_rule,  ///< a rule was passed over that has something unsupported
  translated     ///< the connection would be translated (table nat), and was not
};
/// What drops a packet that no rule drops.
enum class Obstacle : std::uint8_t {
  none,
  table_full,  ///< no room for its connection, or another packet opened it first
  ttl          ///< its TTL does not reach beyond the router, which answers time exceeded
};

/// Sentences for people; empty for none.
std::string_view sentence(Uncertainty uncertainty);
std::string_view sentence(Obstacle obstacle);

using rules::RulePlace;

/// What became of one packet.
struct Decision {
  Observation observation;
  Verdict verdict = Verdict::none;
  Obstacle obstacle = Obstacle::none;  ///< for DROP: what did it, where no rule did
  bool decided = false;                ///< a rule or a policy made the verdict: `place`
  RulePlace place;
  Family family = Family::none;            ///< of the ruleset that `place` is in
  rules::Hook way = rules::Hook::forward;  ///< input, forward or output
  std::string_view in, out;  ///< interfaces, where they are known. Valid until the next packet
  // Of the packet, at the end.
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;
  Uncertainty uncertainty = Uncertainty::none;
};

/// What happens on the way, as it happens. The text is valid during the call.
class FirewallWitness {
 public:
  virtual ~FirewallWitness() = default;

  /// A rule was visited: the condition that it did not meet, see rules::unmet.
  virtual void visited(Family, rules::Hook, const RulePlace&, int unmet) = 0;

  /// LOG: a line as the kernel prints it, prefix included.
  virtual void logged(const rules::LogTarget&, std::string_view line) = 0;
  virtual void nflogged(const rules::NflogTarget&) = 0;

  /// A connection's first packet met a rule of table nat: "DNAT to 10.0.0.5:80".
  virtual void would_translate(const rules::NatTarget&, std::string_view text) = 0;
};

struct FirewallConfig {
  /// Each may be null: then that family's packets pass without rules. They must outlive it.
  const rules::Ruleset* ipv4 = nullptr;
  const rules::Ruleset* ipv6 = nullptr;
  rules::Topology topology;
  std::uint64_t seed = 0;  ///< of `-m statistic --mode random`
};

/// A packet that is shown to the firewall.
struct Arrival {
  const Packet& packet;                 ///< as tracked: put together, if it was in fragments
  std::span<const std::uint8_t> bytes;  ///< that it was read from (its offsets count in these)
  LinkType link = LinkType::raw;
  std::span<const std::uint8_t> link_header = {};  ///< of its frame: for `-m mac` and LOG's MAC=
  std::string_view interface = {};                 ///< where it came in; empty: unknown
  bool local = false;                              ///< the firewall sends it: an answer of its own
  /// Its way, where somebody else decided it: input, forward or output. Else the topology does.
  std::optional<rules::Hook> way = {};
  std::string_view out_interface = {};  ///< where it goes out; empty: the topology tells
  /// Forwarding takes nothing of its TTL: a bridge does not, and where a kernel routes it is done.
  bool keeps_ttl = false;
  std::uint32_t mark = 0;  ///< that it came with
};

/// Not thread-safe. Allocates when it is made, never while packets flow.
class Firewall {
 public:
  explicit Firewall(FirewallConfig config);
  ~Firewall();
  Firewall(Firewall&&) noexcept;

  /// One packet from raw to confirm or drop. `lookup` is what `tracker.prepare` made of it.
  Decision handle(Tracker& tracker, const Arrival& arrival, Lookup& lookup, Nanoseconds now,
                  FirewallWitness* witness = nullptr);

  /// What REJECT answered to the packet that was handled last: an IP packet to be sent, empty if
  /// nothing is. Valid until the next call of `handle` or `handle_answer`. Hand it to the latter as
  /// long as there is one: a reset may be refused in its turn, and be answered by an ICMP error.
  std::span<const std::uint8_t> answer() const;

  /// The answer's own way, through OUTPUT and POSTROUTING.
  Decision handle_answer(Tracker& tracker, Nanoseconds now, FirewallWitness* witness = nullptr);

  /// Takes over what outlives a ruleset, from the one that this one is put in the place of: the
  /// lists of `recent`. What other rules remember begins anew, as with iptables-restore.
  void take_over(Firewall& before);

  /// What the rules counted so far: `policy` where place.rule is kPolicy.
  rules::RuleCounters counters(Family family, const RulePlace& place) const;

 private:
  friend class Passage;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace statewall
