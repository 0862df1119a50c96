#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "statewall/packet.h"
#include "statewall/reassembly.h"
#include "wire/checksum.h"

// For tests of reassembly: fragments as bytes, and a Reassembly with memory of its own.

namespace statewall::testing {

using Datum = std::vector<std::uint8_t>;

struct FragmentFields {
  Family family = Family::ipv4;
  std::uint32_t offset = 0;
  std::uint32_t length = 8;
  bool more = false;
  std::uint32_t id = 1;
  std::uint8_t protocol = 253;
  std::uint8_t source = 2;       ///< last byte of its address
  std::uint8_t destination = 9;  ///< the same
  std::uint8_t tos = 0;          ///< or traffic class
  std::uint8_t ttl = 64;
  bool dont_fragment = false;
  Datum options = {};  ///< IPv4 options; IPv6 headers before the fragment header, each with its
                       ///< kind in its first byte, which goes where the header before names it
  Datum payload = {};  ///< if not empty: these bytes instead of `length` that tell their place
};

/// What stands at a place of a datagram unless a test says otherwise.
inline std::uint8_t byte_at(std::uint32_t place) {
  return static_cast<std::uint8_t>(place * 7 + place / 251);
}

/// `byte_at` of every place that a fragment can reach, made once: fuzzing asks for it all the time.
inline const Datum& bytes_at_places() {
  static const Datum all = [] {
    Datum bytes(std::size_t{2} << 16);
    for (std::uint32_t i = 0; i < bytes.size(); ++i) bytes[i] = byte_at(i);
    return bytes;
  }();
  return all;
}

inline Datum payload_of(const FragmentFields& f) {
  if (!f.payload.empty()) return f.payload;
  const auto begin = bytes_at_places().begin() + f.offset;
  return {begin, begin + f.length};
}

inline Datum ipv4_fragment(const FragmentFields& f) {
  const Datum payload = payload_of(f);
  const std::size_t header = 20 + f.options.size();
  const std::size_t length = header + payload.size();
  const std::uint32_t bits = f.offset / 8 | (f.more ? 0x2000 : 0) | (f.dont_fragment ? 0x4000 : 0);
  const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
  Datum ip{byte(0x40 | header / 4),
           f.tos,
           byte(length >> 8),
           byte(length),
           byte(f.id >> 8),
           byte(f.id),
           byte(bits >> 8),
           byte(bits),
           f.ttl,
           f.protocol,
           0,
           0,
           10,
           0,
           0,
           f.source,
           10,
           0,
           0,
           f.destination};
  ip.resize(header);
  std::ranges::copy(f.options, ip.begin() + 20);
  InternetSum sum;
  sum.add(Bytes(ip));
  ip[10] = byte(sum.checksum() >> 8);
  ip[11] = byte(sum.checksum());
  ip.resize(length);
  std::ranges::copy(payload, ip.begin() + static_cast<std::ptrdiff_t>(header));
  return ip;
}

inline Datum ipv6_fragment(const FragmentFields& f) {
  const Datum payload = payload_of(f);
  const std::size_t length = f.options.size() + 8 + payload.size();
  const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
  Datum ip(40);
  ip[0] = byte(0x60 | std::size_t{f.tos} >> 4);
  ip[1] = byte(std::size_t{f.tos} << 4);
  ip[4] = byte(length >> 8);
  ip[5] = byte(length);
  ip[7] = f.ttl;
  ip[8] = ip[24] = 0xfd;
  ip[23] = f.source;
  ip[39] = f.destination;
  std::size_t link = 6;
  for (std::size_t at = 0; at < f.options.size();) {
    ip[link] = f.options[at];
    link = ip.size();
    const std::size_t size = (std::size_t{f.options[at + 1]} + 1) * 8;
    ip.insert(ip.end(), f.options.begin() + static_cast<std::ptrdiff_t>(at),
              f.options.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  ip[link] = 44;
  const std::uint32_t bits = f.offset | (f.more ? 1 : 0);
  for (const std::uint32_t value :
       {std::uint32_t{f.protocol}, 0U, bits >> 8, bits, f.id >> 24, f.id >> 16, f.id >> 8, f.id}) {
    ip.push_back(byte(value & 0xff));
  }
  ip.insert(ip.end(), payload.begin(), payload.end());
  return ip;
}

inline Datum fragment_bytes(const FragmentFields& f) {
  return f.family == Family::ipv6 ? ipv6_fragment(f) : ipv4_fragment(f);
}

class Reassembler {
 public:
  explicit Reassembler(const ReassemblyConfig& config = {})
      : config_(config), room_(Reassembly::kRoom) {
    const std::size_t size = (Reassembly::memory_needed(config) + 63) / 64 * 64;
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(64, size)));
    size_ = size;
    begin_anew();
  }

  /// In the same memory, with what is in it.
  void begin_anew() { reassembly_ = Reassembly::create(config_, {memory_.get(), size_}); }

  /// From memory of exactly the packet's size, so that AddressSanitizer sees a read beyond it.
  Reassembled take_bytes(const Datum& ip, Nanoseconds now = 0, Zone zone = 0) {
    const auto exact = std::make_unique<std::uint8_t[]>(ip.size());
    std::copy(ip.begin(), ip.end(), exact.get());
    const std::span<const std::uint8_t> bytes(exact.get(), ip.size());
    return reassembly_->take(bytes, read_ip(bytes), zone, now, room_);
  }
  Reassembled take(const FragmentFields& fields, Nanoseconds now = 0, Zone zone = 0) {
    return take_bytes(fragment_bytes(fields), now, zone);
  }

  Reassembly& operator*() { return *reassembly_; }
  Reassembly* operator->() { return reassembly_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  ReassemblyConfig config_;
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> room_;
  Reassembly* reassembly_ = nullptr;
};

/// "held", "whole", "passes", "-" for no fragment, or the slug of the reason without its area.
inline std::string word(const Reassembled& r) {
  switch (r.fate) {
    case Reassembled::Fate::no_fragment: return "-";
    case Reassembled::Fate::passes: return "passes";
    case Reassembled::Fate::completes: return "whole";
    case Reassembled::Fate::held:
    case Reassembled::Fate::dropped: break;
  }
  const std::string text(slug(r.reason));
  return text.starts_with("fragment-") ? text.substr(9) : text;
}

}  // namespace statewall::testing
