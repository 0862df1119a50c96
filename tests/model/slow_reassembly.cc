#include "tests/model/slow_reassembly.h"

#include <algorithm>

namespace statewall::model {

SlowReassembly::Answer SlowReassembly::take(const testing::FragmentFields& f, Nanoseconds now) {
  const bool ipv6 = f.family == Family::ipv6;
  std::vector<std::uint8_t> bytes = testing::payload_of(f);
  std::uint32_t end = f.offset + static_cast<std::uint32_t>(bytes.size());
  if (!ipv6 && f.offset == 0 && !f.more) return {"-", {}};
  // The protocol of the fragments is one that needs a byte of its header.
  if (ipv6 && f.offset == 0 && bytes.empty()) return {"passes", {}};
  if (ipv6 && end > 65535) return {"too-long", {}};

  const Key key{f.family, f.id, ipv6 ? 0 : f.protocol, f.source, f.destination};
  auto found = datagrams_.find(key);
  if (found != datagrams_.end() && found->second.deadline <= now) datagrams_.erase(key);
  const Nanoseconds timeout = (ipv6 ? 60 : 30) * kNanosecondsPerSecond;
  const auto open = [&](std::uint32_t seen) -> Datagram& {
    Datagram& opened = datagrams_[key] = {};
    opened.deadline = now + timeout;
    opened.seen = seen;
    return opened;
  };
  found = datagrams_.find(key);
  Datagram* datagram = found == datagrams_.end() ? &open(0) : &found->second;
  if (!ipv6) {
    const std::uint32_t count = ++sources_[f.source];
    if (!datagram->runs.empty() && count - datagram->seen > 64) datagram = &open(count);
    datagram->seen = count;
  }
  const auto drop_all = [&](const char* word) -> Answer {
    datagrams_.erase(key);
    return {word, {}};
  };

  if (f.more && end % 8 != 0) {
    if (ipv6) return drop_all("passes");
    bytes.resize(bytes.size() / 8 * 8);
    end = end / 8 * 8;
  }
  const bool other_end = !f.more && datagram->last_in && end != datagram->length;
  const bool short_end = !f.more && end < datagram->length;
  const bool beyond = f.more && datagram->last_in && end > datagram->length;
  if (other_end || short_end || beyond) return ipv6 ? Answer{"misfit", {}} : drop_all("misfit");
  if (!f.more) datagram->last_in = true;
  datagram->length = std::max(datagram->length, end);
  if (bytes.empty()) return ipv6 ? Answer{"empty", {}} : drop_all("empty");

  for (const Run& run : datagram->runs) {
    if (f.offset >= run.begin && end <= run.end) return {"repeated", {}};
    if (f.offset < run.end && end > run.begin) return drop_all("overlaps");
  }
  if (!datagram->runs.empty() && datagram->runs.back().end == f.offset) {
    datagram->runs.back().end = end;
  } else {
    datagram->runs.push_back({f.offset, end});
    std::ranges::sort(datagram->runs, {}, &Run::begin);
  }
  datagram->pieces[f.offset] = std::move(bytes);
  datagram->ecn[f.tos & 3] = true;
  if (f.offset == 0) datagram->with_options = !f.options.empty();

  std::uint32_t next = 0;
  std::vector<std::uint8_t> whole;
  for (const auto& [offset, piece] : datagram->pieces) {
    if (offset != next) return {"held", {}};
    whole.insert(whole.end(), piece.begin(), piece.end());
    next += static_cast<std::uint32_t>(piece.size());
  }
  if (!datagram->last_in || next != datagram->length) return {"held", {}};
  const bool* ecn = datagram->ecn;
  if (ecn[0] && (ecn[1] || ecn[2] || ecn[3])) return drop_all("ecn");
  const std::uint32_t header = (ipv6 ? 0 : 20) + (datagram->with_options ? 8 : 0);
  if (header + next > 65535) return drop_all("too-long");
  datagrams_.erase(key);
  return {"whole", std::move(whole)};
}

}  // namespace statewall::model
