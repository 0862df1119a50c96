#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "rules/loader.h"
#include "wire/build.h"

// Rulesets of a given size, and a UDP packet that goes through all of their rules.

namespace statewall::bench {

enum class Shape { flat, chains, established_first };

/// A ruleset as iptables-restore takes it: a packet for port 53 meets `rules` rules at chain
/// `base`, of which none matches, before one accepts it.
class RulesetText {
 public:
  RulesetText(Shape shape, unsigned rules, const char* base) {
    add("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    const bool chains = shape == Shape::chains;
    for (unsigned i = 0; chains && i < rules; i += kInChain) add(":c%u - [0:0]\n", i / kInChain);
    if (shape == Shape::established_first) {
      add("-A %s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n", base);
    }
    for (unsigned i = 0; i < rules; ++i) {
      if (chains && i % kInChain == 0) {
        add("-A %s -p udp -j c%u\n", base, i / kInChain);
      } else if (chains) {
        add("-A c%u ", i / kInChain);
        add_rule(i);
      } else {
        add("-A %s ", base);
        add_rule(i);
      }
    }
    add("-A %s -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n", base);
  }

  const std::string& text() const { return text_; }

 private:
  static constexpr unsigned kInChain = 16;

  /// As people write them: a network, a protocol, a port.
  void add_rule(unsigned i) {
    add("-s 172.%u.%u.0/24 -p tcp -m tcp --dport %u -j ACCEPT\n", 16 + i / 256 % 16, i % 256,
        1024 + i % 60000);
  }

  template <typename... Values>
  void add(const char* format, Values... values) {
    char line[160];
    const int size = std::snprintf(line, sizeof line, format, values...);
    text_.append(line, static_cast<std::size_t>(size));
  }
  void add(const char* line) { text_.append(line); }

  std::string text_;
};

/// A firewall of profile linux with one established flow.
class Workload {
 public:
  Workload(Shape shape, unsigned rules) {
    const RulesetText text(shape, rules, "FORWARD");
    rules::Loaded loaded = rules::load(text.text(), "bench", rules::LoadOptions{});
    if (!loaded.ruleset) std::abort();
    ruleset_ = std::move(*loaded.ruleset);
    FirewallConfig config;
    config.ipv4 = &ruleset_;
    firewall_.emplace(config);
    table_config_.profile = linux_6();
    table_config_.profile.max = 1024;
    table_config_.profile.buckets = 1024;
    memory_.resize(ConnectionTable::memory_needed(table_config_) + 64);
    void* begin = memory_.data();
    std::size_t space = memory_.size();
    std::align(64, space - 64, begin, space);
    table_ = ConnectionTable::create(table_config_, {static_cast<std::byte*>(begin), space}).table;
    tracker_.emplace(*table_, 0);
    make_packet(53, 4000, 0x0a000002, 0x0a000001);
    pass();
    make_packet(4000, 53, 0x0a000001, 0x0a000002);
    pass();
  }

  /// The packet once more.
  Verdict pass() {
    const Packet packet = read_ip({bytes_.data(), size_});
    const Arrival arrival{.packet = packet, .bytes = {bytes_.data(), size_}};
    Lookup lookup;
    tracker_->prepare({&packet, 1}, {&lookup, 1});
    return firewall_->handle(*tracker_, arrival, lookup, now_ += 1000).verdict;
  }

 private:
  void make_packet(std::uint16_t from, std::uint16_t to, std::uint32_t host, std::uint32_t peer) {
    const Address source = Address::ipv4(host), destination = Address::ipv4(peer);
    std::array<std::uint8_t, 64> segment;
    const std::array<std::uint8_t, 32> payload{};
    const std::size_t length = build_udp(segment, source, destination, from, to, payload);
    const Ipv4Fields ip{.source = source, .destination = destination, .protocol = 17};
    size_ = build_ipv4(bytes_, ip, std::span(segment).first(length));
  }

  rules::Ruleset ruleset_;
  std::optional<Firewall> firewall_;
  TableConfig table_config_;
  std::vector<std::byte> memory_;
  ConnectionTable* table_ = nullptr;
  std::optional<Tracker> tracker_;
  std::array<std::uint8_t, 128> bytes_{};
  std::size_t size_ = 0;
  Nanoseconds now_ = 0;
};

}  // namespace statewall::bench
